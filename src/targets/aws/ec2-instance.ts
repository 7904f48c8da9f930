import { defineTarget } from '../../kernel/define.ts';
import { mapOf, oneOf, text } from '../../kernel/schema.ts';
import { findInstances, instanceResource } from './instances.ts';

export type Ec2Instance = {
  readonly instanceId: string;
  /** The tag `Name`, or the id when it has none. */
  readonly name: string;
  readonly zoneId: string;
  readonly zoneName: string;
};

/** EC2 instances. Every given condition must be met. */
export const ec2Instance = defineTarget({
  kind: 'aws/ec2-instance',
  summary: 'EC2 instances, by tag, zone, id and state; every given condition must be met.',
  select: {
    tag: mapOf(text({ doc: 'Value of the tag.' }), { doc: 'Tags that the instance must carry.' }).optional(),
    zone: text({ doc: 'Id (use1-az1) or name (us-east-1a) of the zone.' }).optional(),
    id: text({ doc: 'Id of the instance, such as i-0abc.' }).optional(),
    state: oneOf(['pending', 'running', 'stopping', 'stopped'], {
      doc: 'State that the instance must be in.',
    }).default('running'),
  },

  async find(select, host, signal) {
    const found = await findInstances(select, host, signal);
    return found.map(({ instanceId, name, zoneId, zoneName }): Ec2Instance => ({ instanceId, name, zoneId, zoneName }));
  },
  resource: ({ instanceId, zoneId }) => instanceResource(instanceId, zoneId),
  name: ({ instanceId, name }) => (name === instanceId ? name : `${name} (${instanceId})`),
  zone: ({ zoneId }) => zoneId,
});
