import type { FacilityOperations, ProcessFacts, RegionFacts } from '../../../kernel/facility.ts';
import { Fault } from '../fault.ts';
import type { Instance, RegionState } from '../state.ts';
import type { Step } from '../step.ts';

type Operation<N extends keyof FacilityOperations> = Step<FacilityOperations[N][0], FacilityOperations[N][1]>;

/** `pid` is filled in by the world, which knows the process it lives in. */
export const describeRegion: Operation<'DescribeRegion'> = (state): RegionFacts => ({
  name: state.name,
  instance: state.instance,
  region: state.region,
  accountId: state.accountId,
  resolver: state.plane.resolver ?? { address: '127.0.0.1', port: 0 },
  nameServers: state.plane.nameServers,
  loadBalancers: state.loadBalancers.map(({ name, dnsName, url = '' }) => ({ name, dnsName, url })),
  ready: state.instances.every(({ blueprint, seenReady }) => !blueprint || seenReady),
  pid: 0,
});

export const describeProcesses: Operation<'DescribeProcesses'> = (state, { instanceIds }) => {
  const unknown = instanceIds?.find((id) => !state.instances.some(({ instanceId }) => instanceId === id));
  if (unknown !== undefined) throw new Fault('InstanceNotFound', `The region has no instance "${unknown}".`, 404);
  const shown = state.instances.filter(
    ({ instanceId, state: now }) => instanceIds?.includes(instanceId) ?? now !== 'terminated',
  );
  return { processes: shown.map((instance) => processView(state, instance)) };
};

function processView(state: RegionState, instance: Instance): ProcessFacts {
  const { pid, startTime, state: now } = instance.process;
  return {
    instanceId: instance.instanceId,
    name: instance.name,
    zoneId: instance.zoneId,
    address: instance.address,
    port: state.groups[instance.group]?.launch.port ?? 0,
    ...(pid !== undefined && { pid }),
    ...(startTime !== undefined && { startTime }),
    state: now,
  };
}
