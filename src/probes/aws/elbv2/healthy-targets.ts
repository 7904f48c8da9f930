import { aws } from '../../../aws/calls.ts';
import { defineProbe } from '../../../kernel/define.ts';
import { CallError } from '../../../kernel/errors.ts';
import type { ReadPort } from '../../../kernel/ports.ts';
import { text } from '../../../kernel/schema.ts';
import { observeCalls } from '../../../targets/aws/observe.ts';

type Where = { readonly loadBalancer?: string | undefined; readonly targetGroup?: string | undefined };

/** How many targets of a load balancer pass its health checks. */
export const healthyTargets = defineProbe({
  id: 'aws.elbv2.healthy-targets',
  summary: 'Count the healthy targets of a load balancer or a target group.',
  details:
    'Asks what the load balancer itself believes, which lags behind reality by its health checks. Name a target group, ' +
    'or a load balancer to count the targets of all its groups.',
  params: {
    loadBalancer: text({ doc: 'Name of the load balancer.' }).optional(),
    targetGroup: text({ doc: 'Name of the target group.' }).optional(),
  },
  output: {
    healthy: { type: 'number', doc: 'How many targets are healthy.' },
    total: { type: 'number', doc: 'How many targets there are.' },
  },
  example: `
- name: enough web servers are healthy
  probe: aws.elbv2.healthy-targets
  with: { loadBalancer: shop }
  tolerance: { healthy: { atLeast: 4 } }
`,

  observe: (where, host, signal) =>
    observeCalls(signal, async () => {
      const states = await statesOf(await groupsOf(where, host, signal), host, signal);
      return { healthy: states.filter((state) => state === 'healthy').length, total: states.length };
    }),
});

async function groupsOf({ loadBalancer, targetGroup }: Where, host: ReadPort, signal: AbortSignal): Promise<string[]> {
  const elb = 'elastic-load-balancing-v2';
  const arnOf = async (name: string) => {
    const call = aws(elb, 'DescribeLoadBalancers', { Names: [name] });
    return (await host.read(call, signal)).LoadBalancers?.[0]?.LoadBalancerArn;
  };
  const by = {
    ...(targetGroup !== undefined && { Names: [targetGroup] }),
    ...(targetGroup === undefined && loadBalancer !== undefined && { LoadBalancerArn: await arnOf(loadBalancer) }),
  };
  const { TargetGroups = [] } = await host.read(aws(elb, 'DescribeTargetGroups', by), signal);
  if (TargetGroups.length === 0) throw new CallError('TargetGroupNotFound', 'the load balancer has no target group');
  return TargetGroups.map(({ TargetGroupArn = '' }) => TargetGroupArn);
}

async function statesOf(groups: readonly string[], host: ReadPort, signal: AbortSignal): Promise<string[]> {
  const states: string[] = [];
  for (const TargetGroupArn of groups) {
    const call = aws('elastic-load-balancing-v2', 'DescribeTargetHealth', { TargetGroupArn });
    const { TargetHealthDescriptions = [] } = await host.read(call, signal);
    states.push(...TargetHealthDescriptions.map(({ TargetHealth }) => TargetHealth?.State ?? 'unknown'));
  }
  return states;
}
