import { Fault } from '../fault.ts';
import type { LoadBalancer, RegionState } from '../state.ts';

/** The load balancer whose target group has this ARN. */
export function requireTargetGroup(state: RegionState, arn: string | undefined): LoadBalancer {
  const found = state.loadBalancers.find(({ targetGroup }) => targetGroup.arn === arn);
  if (!found) throw new Fault('TargetGroupNotFound', `Target groups '${arn}' not found`, 400);
  return found;
}

export function requireLoadBalancer(state: RegionState, arn: string | undefined): LoadBalancer {
  const found = state.loadBalancers.find((balancer) => balancer.arn === arn);
  if (!found) throw noLoadBalancer(arn ?? '');
  return found;
}

export const noLoadBalancer = (which: string): Fault =>
  new Fault('LoadBalancerNotFound', `Load balancers '[${which}]' not found`, 400);

/** A page by `Marker` and `PageSize`, as the service has it. */
export function pageOf<T>(
  things: readonly T[],
  { Marker, PageSize = 400 }: { readonly Marker?: string | undefined; readonly PageSize?: number | undefined },
): { items: T[]; next: string | undefined } {
  const from = Marker === undefined ? 0 : Number(/^at:(\d+)$/.exec(Marker)?.[1] ?? Number.NaN);
  if (Number.isNaN(from)) throw new Fault('ValidationError', 'The marker is invalid.', 400);
  if (!Number.isInteger(PageSize) || PageSize < 1 || PageSize > 400) {
    throw new Fault('ValidationError', `PageSize must be from 1 to 400, not ${PageSize}.`, 400);
  }
  const end = from + PageSize;
  return { items: things.slice(from, end), next: end < things.length ? `at:${end}` : undefined };
}
