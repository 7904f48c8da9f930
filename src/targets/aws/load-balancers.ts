import type { LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import { aws } from '../../aws/calls.ts';
import { CallError } from '../../kernel/errors.ts';
import type { ReadPort } from '../../kernel/ports.ts';

/** Pages read at most: an account with more load balancers needs a narrower selector. */
const PAGES_MAX = 50;

/** Load balancers by name or ARN, or all of them, by name; none when there is none of that name. Throws a `CallError`. */
export async function findLoadBalancers(
  which: { readonly name?: string | undefined; readonly arn?: string | undefined },
  host: ReadPort,
  signal: AbortSignal,
): Promise<readonly LoadBalancer[]> {
  const by = {
    ...(which.name !== undefined && { Names: [which.name] }),
    ...(which.arn !== undefined && { LoadBalancerArns: [which.arn] }),
  };
  const found: LoadBalancer[] = [];
  let marker: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const answer = await readPage({ ...by, ...(marker !== undefined && { Marker: marker }) }, host, signal);
    found.push(...(answer?.LoadBalancers ?? []));
    marker = answer?.NextMarker || undefined;
    if (marker === undefined) return found.sort(byName);
  }
  throw new CallError('TooManyPages', 'the account has more load balancers than can be read');
}

/** Who asks for what does not exist by name is told so by an error. */
async function readPage(input: { Names?: string[]; Marker?: string }, host: ReadPort, signal: AbortSignal) {
  try {
    return await host.read(aws('elastic-load-balancing-v2', 'DescribeLoadBalancers', input), signal);
  } catch (error) {
    if (error instanceof CallError && error.code === 'LoadBalancerNotFound') return undefined;
    throw error;
  }
}

const byName = (a: LoadBalancer, b: LoadBalancer) => ((a.LoadBalancerName ?? '') < (b.LoadBalancerName ?? '') ? -1 : 1);
