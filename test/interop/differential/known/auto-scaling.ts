import { because, type Known } from './known.ts';

const API = 'https://docs.aws.amazon.com/autoscaling/ec2/APIReference';
const GUIDE = 'https://docs.aws.amazon.com/autoscaling/ec2/userguide';
const CLI = 'https://docs.aws.amazon.com/cli/latest/reference/autoscaling';
const ERRORS = `${API}/CommonErrors.html`;

const of = (page: string, reason: string, rows: Parameters<typeof because>[3]): Known[] =>
  because('auto-scaling', page, reason, rows);

const VALIDATION = '"ValidationError"';

export const AUTO_SCALING: readonly Known[] = [
  ...of(
    `${GUIDE}/ec2-auto-scaling-availability-zone-balanced.html`,
    'Instances are spread evenly over the zones of the group; Moto puts all into one.',
    [
      ['DescribeAutoScalingGroups', 'Instances.AvailabilityZone', '*', '*'],
      ['DescribeAutoScalingInstances', 'AutoScalingInstances.AvailabilityZone', '*', '*'],
      ['TerminateInstanceInAutoScalingGroup', 'Activity.Details', '*', '*'],
    ],
  ),
  ...because(
    'ec2',
    `${GUIDE}/ec2-auto-scaling-availability-zone-balanced.html`,
    'As above: the instances are in other zones, and others are left.',
    [['DescribeInstanceStatus', 'InstanceStatuses.AvailabilityZone', '*', '*']],
  ),
  ...of(
    `${GUIDE}/ec2-auto-scaling-termination-policies.html`,
    'When the group shrinks, the zone with the most instances loses one first.',
    [['DescribeAutoScalingGroups', 'Instances.InstanceId', '*', '*']],
  ),
  ...of(`${API}/API_AutoScalingGroup.html`, 'Groups and instances tell the ids of their zones.', [
    ['DescribeAutoScalingGroups', 'AutoScalingGroups.AvailabilityZoneIds', '*', 'none'],
    ['DescribeAutoScalingGroups', 'Instances.AvailabilityZoneId', '*', 'none'],
    ['DescribeAutoScalingInstances', 'AutoScalingInstances.AvailabilityZoneId', '*', 'none'],
  ]),
  ...of(
    `${API}/API_LaunchTemplateSpecification.html`,
    'A template is named by its id or by its name; that of a group here has a name.',
    [['*', 'LaunchTemplate.LaunchTemplateId', 'none', '*']],
  ),
  ...of(`${API}/API_AutoScalingGroup.html`, 'The role is optional, and there is none here.', [
    ['DescribeAutoScalingGroups', 'AutoScalingGroups.ServiceLinkedRoleARN', 'none', '*'],
  ]),
  ...of(`${CLI}/describe-auto-scaling-instances.html`, 'Of an instance the health is written in capitals.', [
    ['DescribeAutoScalingInstances', 'AutoScalingInstances.HealthStatus', '*', '*'],
  ]),
  ...of(`${API}/API_Activity.html`, 'An activity tells its group and details, and has no end before it has ended.', [
    ['*', 'AutoScalingGroupARN', '*', 'none'],
    ['*', 'Activities.Details', '*', 'none'],
    ['*', 'EndTime', 'none', '*'],
  ]),
  ...of(
    `${CLI}/enter-standby.html`,
    'The words of the examples: "At TIME instance ID was ... in response to a user request, shrinking the capacity from 1 to 0.", "to Standby".',
    [
      ['*', 'Activities.Cause', '*', '*'],
      ['*', 'Activity.Cause', '*', '*'],
      ['EnterStandby', 'Activities.Description', '*', '*'],
    ],
  ),
  ...of(`${API}/API_DetachInstances.html`, 'There is an activity for each instance.', [
    ['DetachInstances', 'Activities', '*', 'none'],
  ]),
  ...of(
    ERRORS,
    'ValidationError: the instance is no member, or a member of a group already, or not in the state for it.',
    [
      ['DetachInstances', 'error', VALIDATION, 'none'],
      ['EnterStandby', 'error', VALIDATION, 'none'],
      ['AttachInstances', 'error', VALIDATION, 'none'],
      ['AttachInstances', 'error', VALIDATION, '"ResourceContentionFault"'],
      ['SetInstanceHealth', 'error', VALIDATION, '"InvalidInstanceID.NotFound"'],
      ['ExitStandby', 'error', VALIDATION, 'none'],
    ],
  ),
  ...of(ERRORS, 'ValidationError: the capacity lies between the bounds, and the bounds in their order.', [
    ['SetDesiredCapacity', 'error', VALIDATION, 'none'],
    ['UpdateAutoScalingGroup', 'error', VALIDATION, 'none'],
  ]),
  ...of(
    ERRORS,
    'ValidationError: the group or the instance is not found; Moto breaks down on it.',
    [
      'DetachInstances',
      'EnterStandby',
      'ResumeProcesses',
      'SetDesiredCapacity',
      'SetInstanceHealth',
      'TerminateInstanceInAutoScalingGroup',
    ].map((operation) => [operation, 'error', VALIDATION, '"BrokenDown"'] as const),
  ),
];
