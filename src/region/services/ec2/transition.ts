import type { InstanceStateChange } from '@aws-sdk/client-ec2';
import { endInstanceSession } from '../iam/instance-session.ts';
import type { Instance, InstanceStateName, RegionState } from '../state.ts';
import { schedule } from '../timer.ts';
import { stateView } from './instance-view.ts';

/** How long a stop may take before the instance counts as stopped whatever the data plane says. */
const STOP_BOUND_MS = 30_000;
/** How long a change of state is to be seen when there is no process to wait for. */
const BRIEF_MS = 200;
/** How long a terminated instance can still be described. */
const REMEMBER_MS = 3_600_000;

/** What an intermediate state ends in. */
const ENDS_IN: Partial<Record<InstanceStateName, InstanceStateName>> = {
  pending: 'running',
  stopping: 'stopped',
  'shutting-down': 'terminated',
};

/** Moves an instance to another state and sets the timer that bounds an intermediate one. */
export function enter(state: RegionState, instance: Instance, next: InstanceStateName, nowMs: number): void {
  instance.state = next;
  instance.transition = ++state.counter;
  if (next === 'terminated') {
    endInstanceSession(state, instance.instanceId);
    schedule(state, nowMs + REMEMBER_MS, { do: 'forget-instance', instanceId: instance.instanceId });
    for (const { targetGroup } of state.loadBalancers) {
      targetGroup.targets = targetGroup.targets.filter(({ instanceId }) => instanceId !== instance.instanceId);
    }
  }
  if (ENDS_IN[next]) {
    const { instanceId, transition } = instance;
    schedule(state, nowMs + boundOf(state, instance), { do: 'end-transition', instanceId, transition });
  }
}

function boundOf(state: RegionState, { state: now, group, process: seen }: Instance): number {
  if (now === 'pending') return state.groups[group]?.launch.readyWithinMs ?? STOP_BOUND_MS;
  return seen.state === 'exited' || seen.state === 'none' ? BRIEF_MS : STOP_BOUND_MS;
}

/** Ends an intermediate state: the data plane said so, or its time is up. Other states stay. */
export function endTransition(state: RegionState, instance: Instance, nowMs: number): void {
  const next = ENDS_IN[instance.state];
  if (next) enter(state, instance, next, nowMs);
}

/** Begins the end of an instance, unless it has begun. */
export function terminate(state: RegionState, instance: Instance, nowMs: number): void {
  if (instance.state === 'shutting-down' || instance.state === 'terminated') return;
  instance.reason = userInitiated(nowMs);
  if (instance.state === 'stopped') instance.process = { state: 'none' };
  enter(state, instance, 'shutting-down', nowMs);
}

/** Why an instance stops or ends, as EC2 writes it. */
export const userInitiated = (nowMs: number): string =>
  `User initiated (${new Date(nowMs).toISOString().replace('T', ' ').slice(0, 19)} GMT)`;

/** A new process is to replace whatever ran before; facts about the earlier ones are no longer listened to. */
export function expectNewProcess(instance: Instance): void {
  instance.generation++;
  instance.process = { state: 'starting' };
}

export const changeView = ({ instanceId, state }: Instance, previous: InstanceStateName): InstanceStateChange => ({
  InstanceId: instanceId,
  CurrentState: stateView(state),
  PreviousState: stateView(previous),
});
