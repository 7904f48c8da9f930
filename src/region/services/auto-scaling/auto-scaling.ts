import type { Steps } from '../step.ts';
import { setDesiredCapacity, updateAutoScalingGroup } from './capacity.ts';
import {
  describeAutoScalingGroups,
  describeAutoScalingInstances,
  describeScalingActivities,
  describeTags,
} from './describe.ts';
import { attachInstances, detachInstances, enterStandby, exitStandby } from './join-and-leave.ts';
import { setInstanceHealth, terminateInstance } from './member-steps.ts';
import { resumeProcesses, suspendProcesses } from './processes.ts';

/** The operations of Auto Scaling that the region has behaviour for. */
export const AUTO_SCALING: Steps = {
  DescribeAutoScalingGroups: describeAutoScalingGroups,
  DescribeAutoScalingInstances: describeAutoScalingInstances,
  DescribeScalingActivities: describeScalingActivities,
  DescribeTags: describeTags,
  SetDesiredCapacity: setDesiredCapacity,
  UpdateAutoScalingGroup: updateAutoScalingGroup,
  SuspendProcesses: suspendProcesses,
  ResumeProcesses: resumeProcesses,
  TerminateInstanceInAutoScalingGroup: terminateInstance,
  SetInstanceHealth: setInstanceHealth,
  AttachInstances: attachInstances,
  DetachInstances: detachInstances,
  EnterStandby: enterStandby,
  ExitStandby: exitStandby,
};
