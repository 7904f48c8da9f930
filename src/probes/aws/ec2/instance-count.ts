import { defineProbe } from '../../../kernel/define.ts';
import { mapOf, oneOf, text } from '../../../kernel/schema.ts';
import { findInstances } from '../../../targets/aws/instances.ts';
import { observeCalls } from '../../../targets/aws/observe.ts';

/** How many instances are in a state. */
export const instanceCount = defineProbe({
  id: 'aws.ec2.instance-count',
  summary: 'Count EC2 instances by tag, zone and state.',
  details: 'It succeeds whenever EC2 answers; the tolerance says how many there must be.',
  params: {
    tag: mapOf(text({ doc: 'Value of the tag.' }), { doc: 'Tags that the instances must carry.' }).optional(),
    zone: text({ doc: 'Id (use1-az1) or name (us-east-1a) of the zone.' }).optional(),
    state: oneOf(['pending', 'running', 'stopping', 'stopped', 'shutting-down', 'terminated'], {
      doc: 'State that they must be in.',
    }).default('running'),
  },
  output: { count: { type: 'number', doc: 'How many there are.' } },
  example: `
- name: six web servers run
  probe: aws.ec2.instance-count
  with: { tag: { group: web } }
  tolerance: { count: { atLeast: 6 } }
`,

  observe: (select, host, signal) =>
    observeCalls(signal, async () => ({ count: (await findInstances(select, host, signal)).length })),
});
