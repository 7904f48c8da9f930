import { ENDING } from '../../kernel/facility.ts';
import type { Json } from '../../kernel/json.ts';
import { standStill } from './dependencies/stand-still.ts';
import { noIam } from './iam/iam-state.ts';
import { type Invocation, noSsm } from './ssm/ssm-state.ts';
import type { RegionState } from './state.ts';
import { NO_STORES } from './stores.ts';
import type { Timer } from './timer.ts';

/**
 * The state as it outlives the data plane: without processes, without what was observed of anybody's health, and without
 * the metrics that the data plane measures. Those that were put there are kept. It is a copy of all that may change in place.
 */
export function keptState(state: RegionState): Json {
  const { metrics, ...alarms } = state.cloudWatch;
  const put = Object.entries(metrics).filter(([, { namespace }]) => !isMeasured(namespace));
  const { stores, ...others } = state;
  const kept = { ...others, cloudWatch: { ...alarms, metrics: Object.fromEntries(put) } };
  const copy: RegionState = { ...JSON.parse(JSON.stringify(kept)), stores };
  for (const instance of copy.instances) instance.process = { state: 'none' };
  for (const { invocations } of copy.ssm.commands) for (const one of invocations) forgetScript(one);
  for (const { targetGroup } of copy.loadBalancers) {
    for (const target of targetGroup.targets) {
      if (!target.draining) Object.assign(target, { health: 'initial', reason: '' });
    }
  }
  for (const check of copy.healthChecks) delete check.seen;
  return copy as unknown as Json;
}

/**
 * A kept state when it is started again: a process is expected of every instance that is to run, and what is done again
 * and again is not made up for.
 */
export function startedAgain(kept: Json, nowMs: number): Json {
  const state = completed(structuredClone(kept) as unknown as RegionState);
  for (const instance of state.instances) {
    if (!instance.powered || (instance.state !== 'running' && instance.state !== 'pending')) continue;
    instance.process = { state: 'starting' };
  }
  // Whoever ended the region held it to the end: that is no run, and leaves nothing behind.
  if (state.lease?.runId.startsWith(ENDING)) state.lease = undefined;
  standStill(state, nowMs, 0);
  state.timers = state.timers.map((timer) =>
    REPEATED.has(timer.do) && timer.atMs < nowMs ? { ...timer, atMs: nowMs } : timer,
  );
  return state as unknown as Json;
}

/** A script that runs belongs to a process that is not kept: it is not begun a second time. */
function forgetScript(invocation: Invocation): void {
  if (invocation.status === 'InProgress') invocation.generation = -1;
}

/** A state that an earlier version kept, which had not all that there is now. */
export const completed = (state: RegionState): RegionState => ({
  ...state,
  stores: { ...NO_STORES, ...state.stores },
  iam: { ...noIam(), ...state.iam },
  ssm: { ...noSsm(), ...state.ssm },
});

/** Whether metrics of a namespace come from the data plane. */
export const isMeasured = (namespace: string): boolean => namespace.startsWith('AWS/');

const REPEATED: ReadonlySet<Timer['do']> = new Set(['look-at-group', 'look-at-hosts', 'evaluate-alarm']);
