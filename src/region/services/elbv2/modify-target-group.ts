import type { ModifyTargetGroupInput, ModifyTargetGroupOutput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { Fault } from '../fault.ts';
import { honourOnly } from '../honour-only.ts';
import type { Step } from '../step.ts';
import { targetGroupView } from './describe.ts';
import { requireTargetGroup } from './find.ts';

/**
 * Changes how the targets of a group are checked; what is not given stays.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyTargetGroup.html
 */
export const modifyTargetGroup: Step<ModifyTargetGroupInput, ModifyTargetGroupOutput> = (state, input) => {
  const balancer = requireTargetGroup(state, input.TargetGroupArn);
  const { HealthCheckPath: path, HealthCheckIntervalSeconds: interval, HealthCheckTimeoutSeconds: timeout } = input;
  const { HealthyThresholdCount: healthy, UnhealthyThresholdCount: unhealthy, ...rest } = input;
  honourOnly(unlessAsItIs(rest), ['TargetGroupArn', ...Object.keys(RANGES), 'HealthCheckPath']);
  for (const [member, [least, most]] of Object.entries(RANGES)) {
    const value = input[member as keyof typeof RANGES];
    if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) continue;
    throw invalid(`${member} '${value}' must be from ${least} to ${most}`);
  }
  if (path !== undefined && !/^\/[\x21-\x7e]{0,1023}$/.test(path)) {
    throw invalid(`Health check path '${path}' must begin with a '/' and have at most 1024 printable characters`);
  }
  const before = balancer.targetGroup.healthCheck;
  const next = {
    path: path ?? before.path,
    intervalMs: interval === undefined ? before.intervalMs : interval * 1_000,
    timeoutMs: timeout === undefined ? before.timeoutMs : timeout * 1_000,
    healthyThreshold: healthy ?? before.healthyThreshold,
    unhealthyThreshold: unhealthy ?? before.unhealthyThreshold,
  };
  if (next.timeoutMs >= next.intervalMs) throw invalid('Health check interval must be greater than the timeout.');
  balancer.targetGroup.healthCheck = next;
  return { TargetGroups: [targetGroupView(state, balancer)] };
};

/** From and to, of an Application Load Balancer. */
const RANGES = {
  HealthCheckIntervalSeconds: [5, 300],
  HealthCheckTimeoutSeconds: [2, 120],
  HealthyThresholdCount: [2, 10],
  UnhealthyThresholdCount: [2, 10],
} as const;

const invalid = (why: string) => new Fault('ValidationError', why, 400);

/** Without those members that say what is so in any case. */
function unlessAsItIs({
  HealthCheckProtocol,
  HealthCheckPort,
  HealthCheckEnabled,
  Matcher,
  ...rest
}: ModifyTargetGroupInput) {
  return {
    ...rest,
    ...(HealthCheckProtocol !== 'HTTP' && { HealthCheckProtocol }),
    ...(HealthCheckPort !== 'traffic-port' && { HealthCheckPort }),
    ...(HealthCheckEnabled !== true && { HealthCheckEnabled }),
    ...(Matcher?.HttpCode !== '200-299' && { Matcher }),
  };
}
