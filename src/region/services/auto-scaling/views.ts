import type {
  Activity as ActivityView,
  AutoScalingInstanceDetails,
  AutoScalingGroup as GroupView,
  Instance as InstanceView,
  Tag,
} from '@aws-sdk/client-auto-scaling';
import { SCALING_PROCESSES } from '../../../aws/auto-scaling.ts';
import { INSTANCE_TYPE } from '../ec2/add-instance.ts';
import type { RegionState } from '../state.ts';
import { type Activity, type AutoScalingGroup, type Member, stamp } from './group.ts';
import { targetGroupsOf } from './members.ts';

/** A group as DescribeAutoScalingGroups shows it. */
export function groupView(state: RegionState, group: AutoScalingGroup): GroupView {
  const zones = group.zoneIds.map((id) => placeOf(state, id));
  return {
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    LaunchTemplate: template(group),
    MinSize: group.min,
    MaxSize: group.max,
    DesiredCapacity: group.desired,
    DefaultCooldown: group.cooldownMs / 1_000,
    AvailabilityZones: zones.map(({ zoneName }) => zoneName),
    AvailabilityZoneIds: [...group.zoneIds],
    LoadBalancerNames: [],
    TargetGroupARNs: targetGroupsOf(state, group).map(({ arn }) => arn),
    HealthCheckType: group.healthCheckType,
    HealthCheckGracePeriod: Math.ceil(group.graceMs / 1_000),
    Instances: group.members.map((member) => memberView(state, group, member)),
    CreatedTime: new Date(group.createdMs),
    SuspendedProcesses: suspendedView(group),
    VPCZoneIdentifier: zones.map(({ subnetId }) => subnetId).join(','),
    EnabledMetrics: [],
    Tags: tagsView(state, group),
    TerminationPolicies: ['Default'],
    NewInstancesProtectedFromScaleIn: group.protectsNew,
    CapacityRebalance: false,
  };
}

const suspendedView = ({ suspended }: AutoScalingGroup) =>
  SCALING_PROCESSES.filter((process) => Object.hasOwn(suspended, process)).map((ProcessName) => ({
    ProcessName,
    SuspensionReason: `User suspended at ${stamp(suspended[ProcessName] ?? 0)}`,
  }));

const template = ({ name }: AutoScalingGroup) => ({ LaunchTemplateName: name, Version: '1' });

/** The tags of a group: those that its instances get. */
export const tagsView = (state: RegionState, { name }: AutoScalingGroup): Tag[] =>
  Object.entries(state.groups[name]?.tags ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([Key, Value]) => ({
      ResourceId: name,
      ResourceType: 'auto-scaling-group',
      Key,
      Value,
      PropagateAtLaunch: true,
    }));

function memberView(state: RegionState, group: AutoScalingGroup, member: Member): InstanceView {
  return {
    InstanceId: member.instanceId,
    InstanceType: INSTANCE_TYPE,
    AvailabilityZone: placeOf(state, member.zoneId).zoneName,
    AvailabilityZoneId: member.zoneId,
    LifecycleState: member.lifecycle,
    HealthStatus: member.health,
    LaunchTemplate: template(group),
    ProtectedFromScaleIn: member.isProtected,
  };
}

/** A member as DescribeAutoScalingInstances shows it, where health is written in capitals. */
export function instanceDetails(
  state: RegionState,
  group: AutoScalingGroup,
  member: Member,
): AutoScalingInstanceDetails {
  const { HealthStatus: _, ...view } = memberView(state, group, member);
  return {
    ...view,
    InstanceId: member.instanceId,
    AvailabilityZone: placeOf(state, member.zoneId).zoneName,
    LifecycleState: member.lifecycle,
    HealthStatus: member.health.toUpperCase(),
    AutoScalingGroupName: group.name,
    ProtectedFromScaleIn: member.isProtected,
  };
}

export function activityView(state: RegionState, group: AutoScalingGroup, activity: Activity): ActivityView {
  const { zoneName, subnetId } = placeOf(state, activity.zoneId);
  return {
    ActivityId: activity.id,
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    Description: activity.description,
    Cause: activity.cause,
    StartTime: new Date(activity.startMs),
    ...(activity.endMs !== undefined && { EndTime: new Date(activity.endMs) }),
    StatusCode: activity.status,
    ...(activity.message !== undefined && { StatusMessage: activity.message }),
    Progress: PROGRESS[activity.status],
    Details: JSON.stringify({ 'Subnet ID': subnetId, 'Availability Zone': zoneName }),
  };
}

const PROGRESS = { PreInService: 30, InProgress: 50, Successful: 100, Failed: 100 };

const placeOf = ({ zones }: RegionState, id: string) =>
  zones.find(({ zoneId }) => zoneId === id) ?? { zoneName: id, subnetId: '' };
