import type {
  DeregisterTargetsInput,
  DeregisterTargetsOutput,
  DescribeTargetHealthInput,
  DescribeTargetHealthOutput,
  RegisterTargetsInput,
  RegisterTargetsOutput,
  TargetDescription,
  TargetHealth,
  TargetHealthReasonEnum,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { Fault } from '../fault.ts';
import type { Instance, LoadBalancer, RegionState, RegisteredTarget, TargetGroup } from '../state.ts';
import type { Step } from '../step.ts';
import { requireTargetGroup } from './find.ts';
import { drain, register } from './registration.ts';

export const registerTargets: Step<RegisterTargetsInput, RegisterTargetsOutput> = (state, input) => {
  const { targetGroup } = requireTargetGroup(state, input.TargetGroupArn);
  const wanted = required(input.Targets);
  for (const { Id: id } of wanted) {
    const instance = instanceOf(state, id);
    if (!instance) throw new Fault('InvalidTarget', `The following targets do not exist: '${id}'`, 400);
    if (instance.state !== 'running') {
      throw new Fault('InvalidTarget', `The following targets are not in a running state: '${id}'`, 400);
    }
  }
  for (const { Id: id = '', Port: port = targetGroup.port } of wanted) {
    register(state, targetGroup, { instanceId: id, port });
  }
  return {};
};

/**
 * The targets get no new requests; they leave the group when the deregistration delay is over. One that is not registered
 * is none to complain about.
 */
export const deregisterTargets: Step<DeregisterTargetsInput, DeregisterTargetsOutput> = (state, input, ctx) => {
  const { targetGroup } = requireTargetGroup(state, input.TargetGroupArn);
  const wanted = required(input.Targets);
  for (const target of wanted.flatMap((one) => matching(targetGroup, one))) {
    drain(state, targetGroup, target, ctx.nowMs);
  }
  return {};
};

export const describeTargetHealth: Step<DescribeTargetHealthInput, DescribeTargetHealthOutput> = (state, input) => {
  const balancer = requireTargetGroup(state, input.TargetGroupArn);
  const { targetGroup } = balancer;
  const asked = input.Targets?.length ? input.Targets : undefined;
  const shown: readonly (TargetDescription & { registered?: RegisteredTarget })[] = asked
    ? asked.flatMap((one) => {
        const found = matching(targetGroup, one);
        return found.length > 0 ? found.map((target) => describe(target)) : [one];
      })
    : targetGroup.targets.map(describe);
  return {
    TargetHealthDescriptions: shown.map(({ Id, Port, registered }) => ({
      Target: { Id, ...(Port !== undefined && { Port }) },
      HealthCheckPort: String(Port ?? targetGroup.port),
      TargetHealth: registered ? healthView(balancer, instanceOf(state, Id), registered) : NOT_REGISTERED,
    })),
  };
};

const describe = (target: RegisteredTarget) => ({ Id: target.instanceId, Port: target.port, registered: target });

const NOT_REGISTERED: TargetHealth = {
  State: 'unused',
  Reason: 'Target.NotRegistered',
  Description: 'Target is not registered to the target group',
};

/** The state of a target, as DescribeTargetHealth shows it. */
export const targetState = (balancer: LoadBalancer, instance: Instance | undefined, target: RegisteredTarget): string =>
  healthView(balancer, instance, target).State ?? '';

/** The health that the data plane observed, with the service's own words where the instance itself explains it. */
function healthView(
  { nodes }: LoadBalancer,
  instance: Instance | undefined,
  { draining, health, reason }: RegisteredTarget,
): TargetHealth {
  if (draining) {
    const Description = 'Target deregistration is in progress';
    return { State: 'draining', Reason: 'Target.DeregistrationInProgress', Description };
  }
  if (instance?.state !== 'running' && instance?.state !== 'pending') {
    return { State: 'unused', Reason: 'Target.InvalidState', Description: 'Target is in the stopped state' };
  }
  if (!nodes.some(({ zoneId }) => zoneId === instance.zoneId)) {
    const Description = 'Target is in an Availability Zone that is not enabled for the load balancer';
    return { State: 'unused', Reason: 'Target.NotInUse', Description };
  }
  if (health === 'healthy') return { State: 'healthy' };
  if (health === 'initial' || health === 'draining') {
    return { State: 'initial', Reason: 'Elb.InitialHealthChecking', Description: 'Initial health checks in progress' };
  }
  return { State: 'unhealthy', Reason: reasonOf(reason), Description: reason || 'Health checks failed' };
}

function reasonOf(reason: string): TargetHealthReasonEnum {
  if (/\btimed?[- ]?out\b/i.test(reason)) return 'Target.Timeout';
  return /\b[1-5]\d\d\b/.test(reason) ? 'Target.ResponseCodeMismatch' : 'Target.FailedHealthChecks';
}

const instanceOf = (state: RegionState, id: string | undefined) =>
  state.instances.find(({ instanceId }) => instanceId === id);

const matching = ({ targets }: TargetGroup, { Id, Port }: TargetDescription) =>
  targets.filter(({ instanceId, port }) => instanceId === Id && port === (Port ?? port));

function required(targets: readonly TargetDescription[] | undefined): readonly TargetDescription[] {
  if (!targets || targets.length === 0) {
    throw new Fault('ValidationError', "A value is required for the parameter 'Targets'", 400);
  }
  return targets;
}
