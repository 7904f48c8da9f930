import type { RegionState, RegisteredTarget, TargetGroup } from '../state.ts';
import { schedule } from '../timer.ts';

/** Registers a target, or takes back one that was on its way out. One that is registered stays as it is. */
export function register(
  state: RegionState,
  targetGroup: TargetGroup,
  { instanceId, port }: Pick<RegisteredTarget, 'instanceId' | 'port'>,
): void {
  const present = targetGroup.targets.find((target) => target.instanceId === instanceId && target.port === port);
  if (present && !present.draining) return;
  const fresh: RegisteredTarget = {
    instanceId,
    port,
    draining: false,
    transition: ++state.counter,
    health: 'initial',
    reason: '',
  };
  if (present) Object.assign(present, fresh);
  else targetGroup.targets.push(fresh);
}

/** The target gets no new requests; it leaves the group when the deregistration delay is over. */
export function drain(state: RegionState, targetGroup: TargetGroup, target: RegisteredTarget, nowMs: number): void {
  if (target.draining) return;
  target.draining = true;
  target.health = 'draining';
  target.transition = ++state.counter;
  schedule(state, nowMs + targetGroup.deregistrationDelayMs, {
    do: 'end-draining',
    targetGroup: targetGroup.arn,
    instanceId: target.instanceId,
    transition: target.transition,
  });
}
