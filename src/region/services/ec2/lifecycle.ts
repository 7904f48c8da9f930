import type {
  RebootInstancesRequest,
  StartInstancesRequest,
  StartInstancesResult,
  StopInstancesRequest,
  StopInstancesResult,
  TerminateInstancesRequest,
  TerminateInstancesResult,
} from '@aws-sdk/client-ec2';
import { joinNetwork } from '../dependencies/join-network.ts';
import { hostFor, roomIn, throttleOf } from '../dependencies/room.ts';
import { settleZones } from '../facility/settle-zones.ts';
import { Fault } from '../fault.ts';
import { actAsRole } from '../iam/instance-session.ts';
import type { Instance, InstanceStateName, RegionState } from '../state.ts';
import type { Ctx, Step } from '../step.ts';
import { endDryRun, requireInstances } from './find-instances.ts';
import { zoneOf } from './instance-view.ts';
import { changeView, enter, expectNewProcess, terminate, userInitiated } from './transition.ts';

export const startInstances: Step<StartInstancesRequest, StartInstancesResult> = (state, input, ctx) => {
  const instances = requireInstances(state, input.InstanceIds);
  refuseUnless(instances, ['stopped', 'pending', 'running'], 'started');
  const stopped = instances.filter((instance) => instance.state === 'stopped');
  for (const { zoneId } of stopped) {
    requireCapacity(state, zoneId, stopped.filter((other) => other.zoneId === zoneId).length);
  }
  endDryRun(input);
  const start = (instance: Instance) => {
    if (instance.state !== 'stopped') return;
    instance.launchMs = ctx.nowMs;
    instance.reason = '';
    instance.force = false;
    // It starts on other hardware than that which was lost.
    if (instance.lost) instance.powered = true;
    delete instance.lost;
    const hostId = hostFor(state, instance.zoneId);
    if (hostId !== undefined) instance.hostId = hostId;
    actAsRole(state, instance, ctx);
    expectNewProcess(instance);
    enter(state, instance, 'pending', ctx.nowMs);
    joinNetwork(state, instance, ctx.nowMs);
  };
  return { StartingInstances: changeAll(state, instances, start) };
};

export const stopInstances: Step<StopInstancesRequest, StopInstancesResult> = (state, input, ctx) => {
  const instances = requireInstances(state, input.InstanceIds);
  refuseUnless(instances, ['running', 'stopping', 'stopped'], 'stopped');
  endDryRun(input);
  const stop = (instance: Instance) => {
    if (input.Force === true) instance.force = true;
    if (instance.state !== 'running') return;
    instance.force = input.Force === true;
    instance.reason = userInitiated(ctx.nowMs);
    enter(state, instance, 'stopping', ctx.nowMs);
  };
  return { StoppingInstances: changeAll(state, instances, stop) };
};

export const terminateInstances: Step<TerminateInstancesRequest, TerminateInstancesResult> = (state, input, ctx) => {
  const instances = requireInstances(state, input.InstanceIds);
  endDryRun(input);
  return { TerminatingInstances: changeAll(state, instances, (instance) => terminate(state, instance, ctx.nowMs)) };
};

/** A reboot replaces the process. In a dark zone it is taken and has no effect, as the host cannot be reached. */
export const rebootInstances: Step<RebootInstancesRequest, void> = (state, input, _ctx: Ctx) => {
  const instances = requireInstances(state, input.InstanceIds);
  refuseUnless(instances, ['running'], 'rebooted');
  endDryRun(input);
  for (const instance of instances) if (instance.powered) expectNewProcess(instance);
};

function changeAll(state: RegionState, instances: readonly Instance[], change: (instance: Instance) => void) {
  const views = instances.map((instance) => {
    const previous = instance.state;
    change(instance);
    return changeView(instance, previous);
  });
  settleZones(state);
  return views;
}

function refuseUnless(instances: readonly Instance[], allowed: readonly InstanceStateName[], what: string): void {
  const wrong = instances.find(({ state }) => !allowed.includes(state));
  if (wrong) {
    const why = `The instance '${wrong.instanceId}' is not in a state from which it can be ${what}.`;
    throw new Fault('IncorrectInstanceState', why);
  }
}

/** A zone takes no launches without power, nor beyond the room on hosts whose lease is held. */
export function requireCapacity(state: RegionState, zoneId: string, count: number): void {
  const throttle = throttleOf(state);
  if (throttle) throw throttle;
  if (hasCapacity(state, zoneId, count)) return;
  throw new Fault('InsufficientInstanceCapacity', noCapacity(zoneOf(state, { zoneId }).zoneName), 500);
}

/** Whether a zone could take so many more instances. */
export const hasCapacity = (state: RegionState, zoneId: string, count = 1): boolean =>
  zoneOf(state, { zoneId }).power !== 'off' && roomIn(state, zoneId) >= count;

/** Why a launch into a zone without capacity is refused. */
export const noCapacity = (zoneName: string, what = ''): string =>
  `We currently do not have sufficient ${what}capacity in the Availability Zone you requested (${zoneName}).`;
