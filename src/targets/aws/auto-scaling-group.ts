import { defineTarget } from '../../kernel/define.ts';
import { mapOf, text } from '../../kernel/schema.ts';
import { findGroups } from './auto-scaling-groups.ts';

type Group = { readonly name: string };

/** Auto Scaling groups. Every given condition must be met. */
export const autoScalingGroup = defineTarget({
  kind: 'aws/auto-scaling-group',
  summary: 'Auto Scaling groups, by name and tag; every given condition must be met.',
  select: {
    name: text({ doc: 'Name of the group.' }).optional(),
    tag: mapOf(text({ doc: 'Value of the tag.' }), { doc: 'Tags that the group must carry.' }).optional(),
  },

  async find(select, host, signal) {
    const found = await findGroups(select, host, signal);
    return found.map(({ AutoScalingGroupName = '' }): Group => ({ name: AutoScalingGroupName }));
  },
  name: ({ name }) => name,
  resource: ({ name }) => [`Auto Scaling group ${name}`],
});
