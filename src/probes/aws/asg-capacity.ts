import { defineProbe } from '../../kernel/define.ts';
import { CallError } from '../../kernel/errors.ts';
import { text } from '../../kernel/schema.ts';
import { findGroups } from '../../targets/aws/auto-scaling-groups.ts';
import { observeCalls } from '../../targets/aws/observe.ts';

/** What an Auto Scaling group has, and what it wants. */
export const asgCapacity = defineProbe({
  id: 'aws.asg-capacity',
  summary: 'Compare what an Auto Scaling group has with what it wants.',
  details:
    'It succeeds whenever Auto Scaling answers; the tolerance says how many there must be. An instance counts as ' +
    '"inService" while the group believes it to be healthy and in service, which lags behind reality.',
  params: { name: text({ doc: 'Name of the group.' }) },
  output: {
    desired: { type: 'number', doc: 'How many instances the group is to have.' },
    inService: { type: 'number', doc: 'How many are in service and healthy.' },
    missing: { type: 'number', doc: 'How many fewer are in service than desired; 0 when there are enough.' },
    zones: { type: 'number', doc: 'In how many zones at least one is in service.' },
  },
  example: `
- name: the group has what it wants
  probe: aws.asg-capacity
  with: { name: batch }
  tolerance: { missing: { atMost: 0 } }
`,

  observe: ({ name }, host, signal) =>
    observeCalls(signal, async () => {
      const [group] = await findGroups({ name }, host, signal);
      if (!group) throw new CallError('GroupNotFound', `there is no Auto Scaling group "${name}"`);
      const serving = (group.Instances ?? []).filter(
        ({ LifecycleState, HealthStatus }) => LifecycleState === 'InService' && HealthStatus === 'Healthy',
      );
      const desired = group.DesiredCapacity ?? 0;
      return {
        desired,
        inService: serving.length,
        missing: Math.max(0, desired - serving.length),
        zones: new Set(serving.map(({ AvailabilityZone = '' }) => AvailabilityZone)).size,
      };
    }),
});
