import type * as ASG from '@aws-sdk/client-auto-scaling';
import type * as CW from '@aws-sdk/client-cloudwatch';
import type * as EC2 from '@aws-sdk/client-ec2';
import type * as ELB from '@aws-sdk/client-elastic-load-balancing-v2';
import type * as IAM from '@aws-sdk/client-iam';
import type * as R53 from '@aws-sdk/client-route-53';
import type * as SSM from '@aws-sdk/client-ssm';
import type * as STS from '@aws-sdk/client-sts';
import type { Call, LookUp } from '../kernel/call.ts';

/** The AWS operations that this program uses, by service, with whether they only read. The read-only host obeys it. */
export const OPERATIONS = {
  'auto-scaling': {
    DescribeAutoScalingGroups: 'read',
    SuspendProcesses: 'write',
    ResumeProcesses: 'write',
  },
  cloudwatch: { DescribeAlarms: 'read', GetMetricStatistics: 'read' },
  ec2: {
    DescribeInstances: 'read',
    DescribeInstanceStatus: 'read',
    DescribeAvailabilityZones: 'read',
    DescribeSubnets: 'read',
    DescribeVpcs: 'read',
    DescribeTags: 'read',
    DescribeNetworkAcls: 'read',
    DescribeSecurityGroups: 'read',
    RunInstances: 'write',
    StartInstances: 'write',
    StopInstances: 'write',
    RebootInstances: 'write',
    TerminateInstances: 'write',
    CreateTags: 'write',
    DeleteTags: 'write',
    CreateNetworkAcl: 'write',
    CreateNetworkAclEntry: 'write',
    ReplaceNetworkAclAssociation: 'write',
    DeleteNetworkAcl: 'write',
    CreateSecurityGroup: 'write',
    RevokeSecurityGroupEgress: 'write',
    DeleteSecurityGroup: 'write',
    ModifyInstanceAttribute: 'write',
  },
  'elastic-load-balancing-v2': {
    DescribeLoadBalancers: 'read',
    DescribeTargetGroups: 'read',
    DescribeTargetHealth: 'read',
    RegisterTargets: 'write',
    DeregisterTargets: 'write',
    SetSubnets: 'write',
  },
  iam: {
    GetRole: 'read',
    ListRoles: 'read',
    ListRoleTags: 'read',
    GetRolePolicy: 'read',
    GetUser: 'read',
    ListUsers: 'read',
    ListUserTags: 'read',
    GetUserPolicy: 'read',
    SimulatePrincipalPolicy: 'read',
    PutRolePolicy: 'write',
    DeleteRolePolicy: 'write',
    PutUserPolicy: 'write',
    DeleteUserPolicy: 'write',
  },
  'route-53': {
    ListHostedZones: 'read',
    ListHostedZonesByName: 'read',
    GetHostedZone: 'read',
    ListResourceRecordSets: 'read',
    GetChange: 'read',
    ListHealthChecks: 'read',
    GetHealthCheck: 'read',
    GetHealthCheckStatus: 'read',
    ListTagsForResources: 'read',
    ChangeResourceRecordSets: 'write',
    UpdateHealthCheck: 'write',
  },
  ssm: {
    GetParametersByPath: 'read',
    PutParameter: 'write',
    DeleteParameters: 'write',
  },
  sts: { GetCallerIdentity: 'read' },
} as const satisfies Record<string, Record<string, 'read' | 'write'>>;

type Commands = {
  'auto-scaling': typeof ASG;
  cloudwatch: typeof CW;
  ec2: typeof EC2;
  'elastic-load-balancing-v2': typeof ELB;
  iam: typeof IAM;
  'route-53': typeof R53;
  ssm: typeof SSM;
  sts: typeof STS;
};
export type AwsService = keyof typeof OPERATIONS;
/** The input and output of an operation, as the SDK's own command declares them. */
type Shape<S extends AwsService, N extends string> = `${N}Command` extends keyof Commands[S]
  ? Commands[S][`${N}Command`] extends abstract new (
      ...args: never
    ) => infer C
    ? C extends {
        input: infer I;
        resolveMiddleware: (...args: never) => (...args: never) => Promise<{ output: infer O }>;
      }
      ? { input: I; output: O }
      : never
    : never
  : never;

/** A typed call of an AWS operation. The input must be plain JSON. */
export function aws<S extends AwsService, N extends keyof (typeof OPERATIONS)[S] & string>(
  service: S,
  operation: N,
  input: Shape<S, N>['input'],
  already: readonly string[] = [],
): Call<Shape<S, N>['output']> {
  return { service, operation, input: input as Call['input'], ...(already.length > 0 && { already }) };
}

/** The same, with members that are looked up when it is sent. */
export function awsLater<S extends AwsService, N extends keyof (typeof OPERATIONS)[S] & string>(
  service: S,
  operation: N,
  input: Partial<Shape<S, N>['input']>,
  lookUps: readonly (LookUp & { readonly member: keyof Shape<S, N>['input'] & string })[],
  already: readonly string[] = [],
): Call<Shape<S, N>['output']> {
  return { service, operation, input: input as Call['input'], lookUps, ...(already.length > 0 && { already }) };
}
