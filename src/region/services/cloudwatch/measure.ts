import type { Observed, Traffic } from '../../contract.ts';
import { instanceStatus, systemStatus } from '../ec2/status.ts';
import { targetState } from '../elbv2/targets.ts';
import type { Instance, LoadBalancer, RegionState, Zone } from '../state.ts';
import type { Dimension } from './cloudwatch-state.ts';
import { record, SECOND_MS, sweep } from './series.ts';

type Measured = Extract<Observed, { type: 'measured' }>;

/** Adds one value, or several that were summed up, to a metric of the region's own. */
type Tell = (name: string, unit: string, dimensions: readonly Dimension[], values: Values) => void;
interface Values {
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** Records what load balancers and instances publish of a second, which the data plane has just measured. */
export function measure(state: RegionState, fact: Measured, nowMs: number): void {
  const into =
    (namespace: string): Tell =>
    (name, unit, dimensions, { count, sum, minimum, maximum }) => {
      const metric = { namespace, name, dimensions };
      const sample = [fact.atMs, count, sum, minimum, maximum] as const;
      record(state.cloudWatch, { metric, unit, sample: [...sample], resolutionMs: SECOND_MS }, nowMs);
    };
  sweep(state.cloudWatch, nowMs);
  for (const balancer of state.loadBalancers) {
    if (balancer.targetGroup.targets.length === 0) continue;
    measureHosts(state, balancer, into('AWS/ApplicationELB'));
    measureTraffic(state, balancer, fact.traffic, into('AWS/ApplicationELB'));
  }
  const groupOf = new Map(
    state.autoScalingGroups.flatMap(({ name, members }) =>
      members.map(({ instanceId }) => [instanceId, name] as const),
    ),
  );
  const cpu = new Map(fact.cpu.map(({ instanceId, percent }) => [instanceId, percent]));
  for (const instance of state.instances) {
    const { instanceId } = instance;
    measureInstance(instance, cpu.get(instanceId), groupOf.get(instanceId), into('AWS/EC2'));
  }
}

/** An instance says something while it runs; its group gets the same values, those of all its members together. */
function measureInstance(instance: Instance, cpu: number | undefined, group: string | undefined, tell: Tell): void {
  if (instance.state !== 'running') return;
  const places = [[dimension('InstanceId', instance.instanceId)]];
  if (group !== undefined) places.push([dimension('AutoScalingGroupName', group)]);
  const system = systemStatus(instance) === 'impaired' ? 1 : 0;
  const itself = instanceStatus(instance) === 'impaired' ? 1 : 0;
  for (const place of places) {
    tell('StatusCheckFailed', 'Count', place, once(Math.max(system, itself)));
    tell('StatusCheckFailed_System', 'Count', place, once(system));
    tell('StatusCheckFailed_Instance', 'Count', place, once(itself));
    if (cpu !== undefined) tell('CPUUtilization', 'Percent', place, once(cpu));
  }
}

/** How many targets pass the health checks and how many do not: all together, and in each zone. */
function measureHosts(state: RegionState, balancer: LoadBalancer, tell: Tell): void {
  const [whole, group] = [loadBalancerDimension(balancer), targetGroupDimension(balancer)];
  const instances = new Map(state.instances.map((instance) => [instance.instanceId, instance]));
  const targets = balancer.targetGroup.targets.map((target) => {
    const instance = instances.get(target.instanceId);
    return { zoneId: instance?.zoneId, health: targetState(balancer, instance, target) };
  });
  const count = (health: string, zoneId?: string) =>
    once(targets.filter((one) => one.health === health && (zoneId === undefined || one.zoneId === zoneId)).length);
  const zones = zonesOf(state, balancer);
  for (const [name, health] of HOSTS) {
    tell(name, 'Count', [group, whole], count(health));
    for (const { zoneId, zoneName } of zones) {
      tell(name, 'Count', [group, dimension('AvailabilityZone', zoneName), whole], count(health, zoneId));
    }
  }
}

const HOSTS = [
  ['HealthyHostCount', 'healthy'],
  ['UnHealthyHostCount', 'unhealthy'],
] as const;

/** A node that stands in the dark publishes nothing. */
function measureTraffic(state: RegionState, balancer: LoadBalancer, all: Measured['traffic'], tell: Tell): void {
  const [whole, group] = [loadBalancerDimension(balancer), targetGroupDimension(balancer)];
  for (const { zoneId, zoneName, power } of zonesOf(state, balancer)) {
    const traffic = all.find((one) => one.loadBalancer === balancer.name && one.zoneId === zoneId)?.traffic ?? NONE;
    if (power === 'off' && traffic === NONE) continue;
    const zone = dimension('AvailabilityZone', zoneName);
    const ofNode = [[whole], [zone, whole]];
    for (const place of [...ofNode, [group, whole], [group, zone, whole]]) {
      tell('RequestCount', 'Count', place, once(traffic.requests));
      tell('HTTPCode_Target_5XX_Count', 'Count', place, once(traffic.target5xx));
      if (traffic.time) tell('TargetResponseTime', 'Seconds', place, traffic.time);
    }
    if (traffic.elb5xx === 0) continue;
    for (const place of ofNode) tell('HTTPCode_ELB_5XX_Count', 'Count', place, once(traffic.elb5xx));
  }
}

const NONE: Traffic = { requests: 0, elb5xx: 0, target5xx: 0 };

const zonesOf = ({ zones }: RegionState, { nodes }: LoadBalancer): readonly Zone[] =>
  zones.filter(({ zoneId }) => nodes.some((node) => node.zoneId === zoneId));

const once = (value: number): Values => ({ count: 1, sum: value, minimum: value, maximum: value });
const dimension = (name: string, value: string): Dimension => ({ name, value });

/** The last part of an ARN: `app/shop/0123456789abcdef`, `targetgroup/shop/0123456789abcdef`. */
export const loadBalancerDimension = ({ arn }: LoadBalancer) =>
  dimension('LoadBalancer', arn.slice(arn.indexOf('loadbalancer/') + 'loadbalancer/'.length));
export const targetGroupDimension = ({ targetGroup: { arn } }: LoadBalancer) =>
  dimension('TargetGroup', arn.slice(arn.lastIndexOf(':') + 1));
