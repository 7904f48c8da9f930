import type { FacilityOperations, LinkEnd } from '../../../kernel/facility.ts';
import { Fault } from '../fault.ts';
import type { RegionState } from '../state.ts';
import type { Step } from '../step.ts';

type Operation<N extends keyof FacilityOperations> = Step<FacilityOperations[N][0], FacilityOperations[N][1]>;

export const setToxic: Operation<'SetToxic'> = (state, { name, from, to, toxic }) => {
  requireEnd(state, from);
  requireEnd(state, to);
  if (!KINDS.has(toxic.kind))
    throw invalid(`"${toxic.kind}" is no kind of toxic; the kinds are ${[...KINDS].join(', ')}.`);
  if (toxic.kind === 'latency' && !(toxic.ms >= 0 && (toxic.jitterMs ?? 0) >= 0)) {
    throw invalid('The latency of a toxic is a number of milliseconds, not negative.');
  }
  state.toxics = { ...state.toxics, [name]: { from, to, toxic } };
  return {};
};

/** Removing a toxic that is not there is no error: it is removed. */
export const removeToxic: Operation<'RemoveToxic'> = (state, { name }) => {
  state.toxics = Object.fromEntries(Object.entries(state.toxics).filter(([present]) => present !== name));
  return {};
};

export const describeToxics: Operation<'DescribeToxics'> = ({ toxics }) => ({
  toxics: Object.entries(toxics).map(([name, toxic]) => ({ name, ...toxic })),
});

const KINDS = new Set<string | undefined>(['latency', 'partition', 'freeze', 'reset', 'blackhole']);

function requireEnd(state: RegionState, end: LinkEnd): void {
  if (end === '*' || end === 'outside') return;
  const [kind, id] = String(end).split(/:(.*)/s);
  const known =
    (kind === 'zone' && state.zones.some(({ zoneId }) => zoneId === id)) ||
    (kind === 'instance' && state.instances.some(({ instanceId }) => instanceId === id));
  if (!known)
    throw invalid(`"${end}" is no end of a link: say "*", "outside", "zone:ID" or "instance:ID" of this region.`);
}

const invalid = (message: string) => new Fault('InvalidParameter', message, 400);
