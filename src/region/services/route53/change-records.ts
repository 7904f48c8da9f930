import type {
  Change,
  ChangeResourceRecordSetsRequest,
  ChangeResourceRecordSetsResponse,
  GetChangeRequest,
  GetChangeResponse,
} from '@aws-sdk/client-route-53';
import { Fault } from '../fault.ts';
import type { DnsChange, HostedZone, RecordChange, RecordSet, RegionState } from '../state.ts';
import { type Ctx, randomDigits, type Step } from '../step.ts';
import { schedule } from '../timer.ts';
import { applyChanges } from './apply-changes.ts';
import { changeView, invalidInput, requireZone } from './find-zone.ts';
import { requireHealthCheck } from './health-checks.ts';
import { readRecord } from './read-record.ts';

/** All changes of the batch, or none with everything that is wrong. Name servers see them when they are INSYNC. */
export const changeResourceRecordSets: Step<ChangeResourceRecordSetsRequest, ChangeResourceRecordSetsResponse> = (
  state,
  input,
  ctx,
) => {
  const zone = requireZone(state, input.HostedZoneId);
  const { Changes: asked, Comment: comment } = input.ChangeBatch ?? {};
  const problems: string[] = [];
  const changes = readChanges(asked, problems);
  for (const { action, record } of changes) {
    if (action !== 'DELETE' && record.healthCheckId !== undefined) requireHealthCheck(state, record.healthCheckId);
  }
  const after = applyChanges(zone.records, changes, zone.name);
  problems.push(...after.problems, ...changes.flatMap((change) => wrongAlias(state, zone, after.records, change)));
  if (problems.length > 0) throw invalidBatch(problems);
  zone.records = after.records;
  return { ChangeInfo: changeView(submit(state, zone, changes, ctx, comment)) };
};

/** Records a change that name servers will see when the delay is over. */
export function submit(
  state: RegionState,
  zone: HostedZone,
  changes: RecordChange[],
  ctx: Ctx,
  comment = '',
): DnsChange {
  const id = `C${randomDigits(ctx.random, 20, 36).toUpperCase()}`;
  const change: DnsChange = { id, zoneId: zone.id, submittedMs: ctx.nowMs, comment, status: 'PENDING', changes };
  state.changes[id] = change;
  schedule(state, ctx.nowMs + state.dnsChangeDelayMs, { do: 'publish-change', changeId: id });
  schedule(state, ctx.nowMs + state.dnsChangeDelayMs + REMEMBER_MS, { do: 'forget-change', changeId: id });
  return change;
}

/** The change reaches the name servers. */
export function publishChange(state: RegionState, changeId: string): void {
  const change = state.changes[changeId];
  if (!change || change.status === 'INSYNC') return;
  const zone = state.hostedZones.find(({ id }) => id === change.zoneId);
  if (zone) zone.published = applyChanges(zone.published, change.changes, zone.name).records;
  change.status = 'INSYNC';
  change.changes = [];
}

export const getChange: Step<GetChangeRequest, GetChangeResponse> = (state, input) => {
  const id = (input.Id ?? '').replace(/^\/?change\//, '');
  const change = Object.hasOwn(state.changes, id) ? state.changes[id] : undefined;
  if (!change) throw new Fault('NoSuchChange', `Could not find resource with ID: ${id}`, 404);
  return { ChangeInfo: changeView(change) };
};

const REMEMBER_MS = 3_600_000;
const MOST_CHANGES = 1_000;

function readChanges(asked: readonly Change[] | undefined, problems: string[]): RecordChange[] {
  if (!asked || asked.length === 0) throw invalidInput('The change batch holds no changes');
  if (asked.length > MOST_CHANGES) {
    throw invalidBatch([`Number of records limit of ${MOST_CHANGES} exceeded.`]);
  }
  return asked.flatMap(({ Action: action, ResourceRecordSet: wanted }) => {
    if (action !== 'CREATE' && action !== 'DELETE' && action !== 'UPSERT')
      throw invalidInput(`Invalid action: ${action}`);
    const record = readRecord(wanted, problems);
    return record ? [{ action, record }] : [];
  });
}

const invalidBatch = (problems: readonly string[]) =>
  new Fault('InvalidChangeBatch', `[${problems.join(', ')}]`, 400, { messages: problems });

/** An alias names a load balancer or a record of its own zone that exists. */
function wrongAlias(
  state: RegionState,
  zone: HostedZone,
  after: readonly RecordSet[],
  { action, record: { name, type, alias } }: RecordChange,
): string[] {
  if (!alias || action === 'DELETE') return [];
  const label = `Tried to create an alias that targets ${alias.dnsName}, type ${type} in zone ${alias.hostedZoneId}`;
  if (alias.hostedZoneId === zone.id) {
    const found = after.some((record) => record.name === alias.dnsName && record.type === type);
    return found && alias.dnsName !== name ? [] : [`${label}, but that target was not found`];
  }
  const balancer = state.loadBalancers.some(
    ({ dnsName, hostedZoneId }) =>
      hostedZoneId === alias.hostedZoneId && alias.dnsName.replace(/^dualstack\./, '') === `${dnsName.toLowerCase()}.`,
  );
  return balancer ? [] : [`${label}, but the alias target name does not lie within the target zone`];
}
