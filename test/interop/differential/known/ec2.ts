import { because, type Known } from './known.ts';

const API = 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference';
const ERRORS = `${API}/errors-overview.html`;
const GUIDE = 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide';
const VPC = 'https://docs.aws.amazon.com/vpc/latest/userguide';

const of = (page: string, reason: string, rows: Parameters<typeof because>[3]): Known[] =>
  because('ec2', page, reason, rows);

const INSTANCES: readonly Known[] = [
  ...of(
    `${API}/API_Instance.html`,
    'An instance here has no volume, no metadata service and no kernel of its own: there is none to tell of.',
    [
      ['*', 'Instances.BlockDeviceMappings', 'none', '*'],
      ['*', 'Instances.MetadataOptions', 'none', '*'],
      ['*', 'Instances.HibernationOptions', 'none', '{}'],
      ['*', 'Instances.KernelId', 'none', '"None"'],
      ['*', 'Instances.SriovNetSupport', 'none', '"simple"'],
      ['*', 'Instances.RootDeviceName', '"/dev/xvda"', '"/dev/sda1"'],
    ],
  ),
  ...of(`${API}/API_Instance.html`, 'The token is the one that was provided at the launch, if there was one.', [
    ['DescribeInstances', 'Instances.ClientToken', 'none', '*'],
  ]),
  ...of(
    `${API}/API_StateReason.html`,
    'The reason of the latest change of state: without one there is no reason, and no empty code.',
    [['*', 'Instances.StateReason', 'none', '{"Code":"","Message":""}']],
  ),
  ...of(
    'https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-nitro-instances.html',
    'A t3 is a Nitro instance: virtualised by hardware, with enhanced networking.',
    [
      ['*', 'Instances.VirtualizationType', '"hvm"', '"paravirtual"'],
      ['*', 'Instances.EnaSupport', 'true', 'none'],
    ],
  ),
  ...of(
    `${API}/API_Placement.html`,
    'A placement, a status and an interface tell the id of the zone as well as its name.',
    [
      ['*', 'Instances.Placement.AvailabilityZoneId', '*', 'none'],
      ['DescribeInstanceStatus', 'InstanceStatuses.AvailabilityZoneId', '*', 'none'],
      ['DescribeNetworkInterfaces', 'NetworkInterfaces.AvailabilityZoneId', '*', 'none'],
    ],
  ),
  ...of(`${API}/API_Instance.html`, 'An instance of a VPC without public addresses has an empty public name.', [
    ['*', 'Instances.PublicDnsName', '""', 'none'],
  ]),
  ...of(
    `${GUIDE}/terminating-instances.html`,
    'What is terminated has neither interface nor address nor group any more.',
    [
      ['DescribeInstances', 'Instances.NetworkInterfaces', 'none', '*'],
      ['DescribeInstances', 'Instances.PrivateIpAddress', 'none', '*'],
      ['DescribeInstances', 'Instances.SecurityGroups', 'none', '*'],
      ['DescribeInstances', 'Instances.SubnetId', 'none', '*'],
      ['DescribeInstances', 'Instances.VpcId', 'none', '*'],
      ['DescribeNetworkInterfaces', 'NetworkInterfaces', 'none', '*'],
    ],
  ),
  ...of(
    `${API}/API_StartInstances.html`,
    'What runs already, or is stopped or terminated already, stays so: nothing is pending.',
    [
      ['StartInstances', 'StartingInstances.CurrentState', '*', '*'],
      ['StopInstances', 'StoppingInstances.CurrentState', '*', '*'],
    ],
  ),
  ...of(
    ERRORS,
    'IncorrectInstanceState: what is terminated can be neither started nor stopped nor rebooted, and what does not run cannot be rebooted.',
    [
      ['StartInstances', 'error', '"IncorrectInstanceState"', 'none'],
      ['StopInstances', 'error', '"IncorrectInstanceState"', 'none'],
      ['RebootInstances', 'error', '"IncorrectInstanceState"', 'none'],
      ['ModifyInstanceAttribute', 'error', '"IncorrectInstanceState"', 'none'],
    ],
  ),
  ...of(
    ERRORS,
    'InvalidInstanceID.NotFound and InvalidGroup.NotFound: what does not exist can be neither tagged nor joined.',
    [
      ['CreateTags', 'error', '"InvalidInstanceID.NotFound"', 'none'],
      ['DeleteTags', 'error', '"InvalidInstanceID.NotFound"', 'none'],
      ['ModifyInstanceAttribute', 'error', '"InvalidGroup.NotFound"', 'none'],
    ],
  ),
];

const INTERFACES: readonly Known[] = [
  ...of(`${API}/API_InstanceNetworkInterfaceAttachment.html`, 'The primary interface is deleted with its instance.', [
    ['*', 'NetworkInterfaces.Attachment.DeleteOnTermination', 'true', 'false'],
  ]),
  ...of(
    `${API}/API_InstanceNetworkInterfaceAssociation.html`,
    'An association is that of a public address, and there is none.',
    [['*', 'NetworkInterfaces.Association', 'none', '{}']],
  ),
  ...of(
    `${API}/API_NetworkInterface.html`,
    'An interface tells the private name of each address; its description is that which the launch gave it, and only those of services have a requester.',
    [
      ['*', 'NetworkInterfaces.PrivateDnsName', '*', 'none'],
      ['*', 'NetworkInterfaces.PrivateIpAddresses.PrivateDnsName', '*', 'none'],
      ['*', 'NetworkInterfaces.Description', '""', '"Primary network interface"'],
      ['DescribeNetworkInterfaces', 'NetworkInterfaces.RequesterId', 'none', '*'],
    ],
  ),
];

const PLACES: readonly Known[] = [
  ...of(`${API}/API_Subnet.html`, 'A subnet tells these two as well.', [
    ['DescribeSubnets', 'Subnets.EnableDns64', 'false', 'none'],
    ['DescribeSubnets', 'Subnets.MapCustomerOwnedIpOnLaunch', 'false', 'none'],
  ]),
  ...of(
    `${API}/API_AvailabilityZone.html`,
    'A zone tells its group, its border group and whether it was opted in to.',
    [
      ['DescribeAvailabilityZones', 'AvailabilityZones.GroupName', '*', 'none'],
      ['DescribeAvailabilityZones', 'AvailabilityZones.NetworkBorderGroup', '*', 'none'],
      ['DescribeAvailabilityZones', 'AvailabilityZones.OptInStatus', '*', 'none'],
    ],
  ),
  ...of(ERRORS, 'InvalidParameterValue: a zone of this name does not exist.', [
    ['DescribeAvailabilityZones', 'error', '"InvalidParameterValue"', 'none'],
  ]),
  ...of(ERRORS, 'InvalidGatewayID.NotFound: the parameter names a gateway, of whatever kind.', [
    ['CreateRoute', 'error', '"InvalidGatewayID.NotFound"', '"InvalidInternetGatewayID.NotFound"'],
  ]),
];

const GROUPS: readonly Known[] = [
  ...of(
    `${API}/API_SecurityGroupRule.html`,
    'A rule tells its ARN and the owner of its group, and has the ports -1 to -1 when it is about all.',
    [
      ['*', 'SecurityGroupRules.SecurityGroupRuleArn', '*', 'none'],
      ['*', 'SecurityGroupRules.GroupOwnerId', '*', 'none'],
      ['*', 'SecurityGroupRules.FromPort', '-1', 'none'],
      ['*', 'SecurityGroupRules.ToPort', '-1', 'none'],
    ],
  ),
  ...of(
    ERRORS,
    'InvalidVpcID.NotFound, CannotDelete and DependencyViolation: a group needs a VPC that exists; "default", and one that is in use, cannot be deleted.',
    [
      ['CreateSecurityGroup', 'error', '"InvalidVpcID.NotFound"', 'none'],
      ['DeleteSecurityGroup', 'error', '"CannotDelete"', 'none'],
      ['DeleteSecurityGroup', 'error', '"DependencyViolation"', 'none'],
    ],
  ),
];

const ACLS: readonly Known[] = [
  ...of(
    `${VPC}/nacl-rules.html`,
    'Every ACL has the last rule "*" in each direction, and denies all until it has others.',
    [
      ['CreateNetworkAcl', 'NetworkAcl.Entries', '*', 'none'],
      ['DescribeNetworkAcls', 'NetworkAcls.Entries', '*', 'none'],
    ],
  ),
  ...of(`${API}/API_CreateNetworkAcl.html`, 'The token of the request is answered.', [
    ['CreateNetworkAcl', 'ClientToken', '*', 'none'],
  ]),
  ...of(`${API}/API_NetworkAclEntry.html`, 'The range of ports is that of TCP or UDP.', [
    ['DescribeNetworkAcls', 'NetworkAcls.Entries.PortRange', 'none', '*'],
  ]),
  ...of(`${API}/API_DeleteNetworkAcl.html`, 'The default ACL cannot be deleted, whatever is associated with it.', [
    ['DeleteNetworkAcl', 'error', '"InvalidParameterValue"', '"DependencyViolation"'],
  ]),
  ...of(ERRORS, 'InvalidNetworkAclEntry.NotFound and InvalidAssociationID.NotFound: Moto breaks down on these.', [
    ['DeleteNetworkAclEntry', 'error', '"InvalidNetworkAclEntry.NotFound"', '"BrokenDown"'],
    ['ReplaceNetworkAclEntry', 'error', '"InvalidNetworkAclEntry.NotFound"', '"BrokenDown"'],
    ['ReplaceNetworkAclAssociation', 'error', '"InvalidAssociationID.NotFound"', '"BrokenDown"'],
  ]),
];

export const EC2: readonly Known[] = [...INSTANCES, ...INTERFACES, ...PLACES, ...GROUPS, ...ACLS];
