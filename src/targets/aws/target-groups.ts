import type {
  TargetDescription,
  TargetGroup,
  TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { aws } from '../../aws/calls.ts';
import { CallError } from '../../kernel/errors.ts';
import type { ReadPort } from '../../kernel/ports.ts';
import { findLoadBalancers } from './load-balancers.ts';

const ELB = 'elastic-load-balancing-v2';

/** What a target group may be chosen by. Every given condition must be met. */
export interface TargetGroupSelect {
  /** Name or ARN. */
  readonly targetGroup?: string | undefined;
  /** Name of a load balancer that sends to it. */
  readonly loadBalancer?: string | undefined;
}

/** Pages read at most: an account with more groups needs a narrower selector. */
const PAGES_MAX = 50;

/** Every target group that meets the conditions, by name; none when what is named does not exist. Throws a `CallError`. */
export async function findTargetGroups(
  { targetGroup, loadBalancer }: TargetGroupSelect,
  host: ReadPort,
  signal: AbortSignal,
): Promise<readonly TargetGroup[]> {
  const isArn = targetGroup?.startsWith('arn:');
  const by = {
    ...(targetGroup !== undefined && (isArn ? { TargetGroupArns: [targetGroup] } : { Names: [targetGroup] })),
  };
  const [balancer] = loadBalancer === undefined ? [] : await findLoadBalancers({ name: loadBalancer }, host, signal);
  const arn = balancer?.LoadBalancerArn;
  if (loadBalancer !== undefined && arn === undefined) return [];
  const found: TargetGroup[] = [];
  let marker: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const input = { ...by, ...(marker !== undefined && { Marker: marker }) };
    const answer = await unlessNone(host.read(aws(ELB, 'DescribeTargetGroups', input), signal));
    found.push(...(answer?.TargetGroups ?? []));
    marker = answer?.NextMarker || undefined;
    if (marker !== undefined) continue;
    const ofIt = found.filter(({ LoadBalancerArns = [] }) => arn === undefined || LoadBalancerArns.includes(arn));
    return ofIt.sort((a, b) => ((a.TargetGroupName ?? '') < (b.TargetGroupName ?? '') ? -1 : 1));
  }
  throw new CallError('TooManyPages', 'the account has more target groups than can be read');
}

/** Every target of a group, or one that may not be registered; undefined when the group is no more. */
export async function readTargets(
  TargetGroupArn: string,
  one: TargetDescription | undefined,
  host: ReadPort,
  signal: AbortSignal,
): Promise<readonly TargetHealthDescription[] | undefined> {
  const call = aws(ELB, 'DescribeTargetHealth', { TargetGroupArn, ...(one && { Targets: [one] }) });
  try {
    return (await host.read(call, signal)).TargetHealthDescriptions ?? [];
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    // What the account does not know any more is not registered.
    if (error.code === 'InvalidTarget') return [];
    if (error.code === 'TargetGroupNotFound') return undefined;
    throw error;
  }
}

/** Who asks for what does not exist by name is told so by an error. */
async function unlessNone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof CallError && error.code === 'TargetGroupNotFound') return undefined;
    throw error;
  }
}
