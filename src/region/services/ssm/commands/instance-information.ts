import type {
  DescribeInstanceInformationRequest,
  DescribeInstanceInformationResult,
  InstanceInformation,
} from '@aws-sdk/client-ssm';
import { Fault } from '../../fault.ts';
import type { Instance } from '../../state.ts';
import type { Step } from '../../step.ts';
import { pageOf } from '../check.ts';
import { hears } from './deliver.ts';

/** The instances that have ever been in touch: those that are stopped or without electricity have lost the connection. */
export const describeInstanceInformation: Step<
  DescribeInstanceInformationRequest,
  DescribeInstanceInformationResult
> = (state, input, { nowMs }) => {
  const { Filters = [], InstanceInformationFilterList = [] } = input;
  const filters = [
    ...Filters.map(({ Key: key = '', Values: values = [] }) => ({ key, values })),
    ...InstanceInformationFilterList.map(({ key = '', valueSet: values = [] }) => ({ key, values })),
  ];
  const known = state.instances.filter(({ state: now }) => now !== 'pending' && now !== 'terminated');
  const found = known.filter((one) => filters.every(({ key, values }) => isMet(one, key, values)));
  const { items, more } = pageOf(found, input, 50);
  return { InstanceInformationList: items.map((one) => view(one, nowMs)), ...more };
};

function view(instance: Instance, nowMs: number): InstanceInformation {
  const isOnline = hears(instance);
  return {
    InstanceId: instance.instanceId,
    PingStatus: isOnline ? 'Online' : 'ConnectionLost',
    // When one that is lost was heard of last is not kept.
    ...(isOnline && { LastPingDateTime: new Date(nowMs) }),
    ResourceType: 'EC2Instance',
    PlatformType: 'Linux',
    IPAddress: instance.address,
    ComputerName: instance.name,
  };
}

function isMet(instance: Instance, key: string, values: readonly string[]): boolean {
  if (key.startsWith('tag:')) return values.includes(instance.tags[key.slice('tag:'.length)] ?? '');
  if (key === 'tag-key') return values.some((value) => Object.hasOwn(instance.tags, value));
  const facts: Readonly<Record<string, string>> = {
    InstanceIds: instance.instanceId,
    PingStatus: hears(instance) ? 'Online' : 'ConnectionLost',
    PlatformTypes: 'Linux',
    ResourceType: 'EC2Instance',
  };
  const fact = facts[key];
  if (fact === undefined)
    throw new Fault('InvalidInstanceInformationFilterValue', `The filter "${key}" is not valid.`, 400);
  return values.includes(fact);
}
