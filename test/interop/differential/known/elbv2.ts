import { because, type Known } from './known.ts';

const API = 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference';

const of = (page: string, reason: string, rows: Parameters<typeof because>[3]): Known[] =>
  because('elastic-load-balancing-v2', page, reason, rows);

export const ELBV2: readonly Known[] = [
  ...of(
    'https://docs.aws.amazon.com/general/latest/gr/elb.html',
    'The hosted zone of the load balancers of us-east-1.',
    [['DescribeLoadBalancers', 'LoadBalancers.CanonicalHostedZoneId', '"Z35SXDOTRQ7X7K"', '"Z2P70J7EXAMPLE"']],
  ),
  ...of(
    `${API}/API_CreateLoadBalancer.html`,
    'A load balancer is Internet-facing unless it was asked to be internal.',
    [['DescribeLoadBalancers', 'LoadBalancers.Scheme', '"internet-facing"', 'none']],
  ),
  ...of(`${API}/API_Listener.html`, 'The policy is that of HTTPS and TLS listeners.', [
    ['DescribeListeners', 'Listeners.SslPolicy', 'none', '*'],
  ]),
  ...of(
    `${API}/API_DeregisterTargets.html`,
    'If the specified target does not exist, the action returns successfully.',
    [['DeregisterTargets', 'error', 'none', '"InvalidTargetException"']],
  ),
  ...of(
    `${API}/API_RegisterTargets.html`,
    'InvalidTarget: a target that does not exist, or does not run, cannot be registered.',
    [['RegisterTargets', 'error', '"InvalidTargetException"', 'none']],
  ),
  ...of(`${API}/API_DescribeLoadBalancers.html`, 'LoadBalancerNotFound: each one that is named must exist.', [
    ['DescribeLoadBalancers', 'error', '"LoadBalancerNotFoundException"', 'none'],
  ]),
  ...of(`${API}/API_TargetHealthDescription.html`, 'The port is the one on which the target is checked.', [
    ['DescribeTargetHealth', 'TargetHealthDescriptions.HealthCheckPort', '*', '"traffic-port"'],
  ]),
  ...of(`${API}/API_TargetHealth.html`, 'A target whose deregistration is over is not registered.', [
    ['DescribeTargetHealth', 'TargetHealthDescriptions.TargetHealth', '*', '*'],
    ['DescribeTargetHealth', 'TargetHealthDescriptions.Target.Port', 'none', '*'],
  ]),
  ...of(`${API}/API_SetSubnets.html`, 'The answer tells the type of addresses.', [
    ['SetSubnets', 'IpAddressType', '"ipv4"', 'none'],
  ]),
  ...of(`${API}/CommonErrors.html`, 'ValidationError: subnets of at least two zones must be given.', [
    ['SetSubnets', 'error', '"ValidationError"', '"InvalidConfigurationRequestException"'],
  ]),
  ...because(
    'ec2',
    'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html',
    'What is terminated already stays so, and does not shut down once more.',
    [['TerminateInstances', 'TerminatingInstances.CurrentState', '*', '*']],
  ),
];
