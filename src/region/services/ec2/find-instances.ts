import { Fault } from '../fault.ts';
import type { Instance, RegionState } from '../state.ts';

/** The instances of the given ids, each once, in the order given. Fails as EC2 does if one is malformed or unknown. */
export function findInstances(state: RegionState, ids: readonly string[] | undefined): readonly Instance[] {
  const wanted = [...new Set(ids ?? [])];
  const malformed = wanted.find((id) => !/^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/.test(id));
  if (malformed !== undefined) {
    throw new Fault('InvalidInstanceID.Malformed', `Invalid id: "${malformed}"`);
  }
  const byId = new Map(state.instances.map((instance) => [instance.instanceId, instance]));
  const unknown = wanted.filter((id) => !byId.has(id));
  if (unknown.length > 0) {
    const which = unknown.length === 1 ? `ID '${unknown[0]}' does` : `IDs '${unknown.join(', ')}' do`;
    throw new Fault('InvalidInstanceID.NotFound', `The instance ${which} not exist`);
  }
  return wanted.flatMap((id) => byId.get(id) ?? []);
}

/** The same for operations that need at least one id. */
export function requireInstances(state: RegionState, ids: readonly string[] | undefined): readonly Instance[] {
  if (!ids || ids.length === 0) {
    throw new Fault('MissingParameter', 'The request must contain the parameter InstanceId');
  }
  return findInstances(state, ids);
}

/** Ends a dry run: everything was in order, and nothing is changed. */
export function endDryRun(input: { readonly DryRun?: boolean | undefined }): void {
  if (input.DryRun) {
    throw new Fault('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
  }
}
