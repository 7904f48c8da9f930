import type { TargetDescription, TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import { defineTarget } from '../../kernel/define.ts';
import type { ReadPort } from '../../kernel/ports.ts';
import { text } from '../../kernel/schema.ts';
import { findInstances, type InstanceFacts, instanceResource } from './instances.ts';
import { findTargetGroups, readTargets } from './target-groups.ts';

/** A target as it is registered: what a call that registers it again is given. */
export type Registration = {
  readonly Id: string;
  readonly Port?: number;
  readonly AvailabilityZone?: string;
};

export type RegisteredTarget = {
  readonly targetGroupArn: string;
  readonly targetGroup: string;
  readonly registration: Registration;
  /** Of an instance: its tag `Name`; otherwise the id of the target. */
  readonly name: string;
  /** Of an instance, where it stands; null for everything else. */
  readonly zoneId: string | null;
};

/** Targets of target groups. Every given condition must be met. */
export const registeredTarget = defineTarget({
  kind: 'aws/registered-target',
  summary: 'Targets that are registered with a target group; every given condition must be met.',
  select: {
    targetGroup: text({ doc: 'Name or ARN of the target group.' }).optional(),
    loadBalancer: text({ doc: 'Name of a load balancer: the targets of all its groups.' }).optional(),
    zone: text({ doc: 'Id (use1-az1) or name (us-east-1a) of the zone that the instance stands in.' }).optional(),
    id: text({ doc: 'Id of the target: of an instance, an address, or an ARN.' }).optional(),
  },

  async find({ zone, id, ...which }, host, signal) {
    const groups = await findTargetGroups(which, host, signal);
    const found: RegisteredTarget[] = [];
    let instances: readonly InstanceFacts[] | undefined;
    for (const group of groups) {
      const isOfInstances = group.TargetType === 'instance';
      if (isOfInstances) instances ??= await findInstances({ zone }, host, signal);
      const here = isOfInstances ? instances : zone === undefined ? [] : undefined;
      if (here) found.push(...(await targetsOf(group, here, host, signal)));
    }
    return found.filter(
      ({ registration, zoneId }) => registration.Id === (id ?? registration.Id) && (zone === undefined || zoneId),
    );
  },
  name: ({ name, targetGroup, registration: { Id, Port } }) =>
    `${name === Id ? Id : `${name} (${Id})`}${Port === undefined ? '' : `:${Port}`} of ${targetGroup}`,
  // Whoever harms an instance harms what is registered of it: one that does not run cannot be registered again.
  resource: ({ targetGroup, zoneId, registration: { Id, Port } }) => [
    ...(zoneId === null ? ([`target ${Id}`] as const) : instanceResource(Id, zoneId)),
    `target group ${targetGroup} ${Port ?? ''}`,
  ],
  zone: ({ zoneId }) => zoneId ?? undefined,
});

/** Those that are not on their way out already. */
async function targetsOf(
  { TargetGroupArn = '', TargetGroupName = '', TargetType }: TargetGroup,
  instances: readonly InstanceFacts[],
  host: ReadPort,
  signal: AbortSignal,
): Promise<RegisteredTarget[]> {
  const all = (await readTargets(TargetGroupArn, undefined, host, signal)) ?? [];
  return all
    .filter(({ TargetHealth }) => TargetHealth?.State !== 'draining')
    .map(({ Target }) => registrationOf(Target, TargetType))
    .map((registration): RegisteredTarget => {
      const instance = instances.find(({ instanceId }) => instanceId === registration.Id);
      return {
        targetGroupArn: TargetGroupArn,
        targetGroup: TargetGroupName,
        registration,
        name: instance?.name ?? registration.Id,
        zoneId: instance?.zoneId ?? null,
      };
    });
}

/** The zone belongs to addresses alone: with an instance or a load balancer it is refused. */
const registrationOf = (
  { Id = '', Port, AvailabilityZone }: Partial<TargetDescription> = {},
  type: string | undefined,
): Registration => ({
  Id,
  ...(Port !== undefined && { Port }),
  ...(AvailabilityZone !== undefined && type === 'ip' && { AvailabilityZone }),
});
