import type { BlueprintPowerReturn } from '../../kernel/blueprint.ts';
import type { LinkEnd, Toxic, Trouble } from '../../kernel/facility.ts';
import type { Address } from '../../kernel/ports.ts';
import type { Launch } from '../contract.ts';
import type { AutoScalingGroup } from './auto-scaling/group.ts';
import type { CloudWatchState } from './cloudwatch/cloudwatch-state.ts';
import type { Dependencies } from './dependencies/dependencies-state.ts';
import type { NetworkState } from './ec2/network/network-state.ts';
import type { IamState } from './iam/iam-state.ts';
import type { DnsChange, HealthCheck, HostedZone } from './route53/route53-state.ts';
import type { SsmState } from './ssm/ssm-state.ts';
import type { Stores } from './stores.ts';
import type { Timer } from './timer.ts';

export type {
  DnsChange,
  HealthCheck,
  HealthCheckConfig,
  HostedZone,
  RecordChange,
  RecordRouting,
  RecordSet,
} from './route53/route53-state.ts';

/** The whole control plane of a region: plain JSON, changed by steps alone. Times are milliseconds since 1970. */
export interface RegionState {
  readonly version: 1;
  readonly name: string;
  readonly region: string;
  readonly accountId: string;
  readonly instance: string;
  readonly dnsChangeDelayMs: number;
  readonly nameServers: number;
  readonly powerReturnStaggerMs: number;
  readonly powerReturn?: BlueprintPowerReturn;
  readonly vpc: Vpc;
  readonly network: NetworkState;
  readonly zones: Zone[];
  /** What can be launched, by the name of the blueprint's group. */
  readonly groups: Record<string, Group>;
  /** In the order of launch, which is also the order of `ordinal`. */
  instances: Instance[];
  /** RunInstances by client token, for a day. */
  launches: Record<string, { input: string; reservationId: string; atMs: number }>;
  readonly loadBalancers: LoadBalancer[];
  readonly autoScalingGroups: AutoScalingGroup[];
  hostedZones: HostedZone[];
  changes: Record<string, DnsChange>;
  healthChecks: HealthCheck[];
  readonly cloudWatch: CloudWatchState;
  readonly ssm: SsmState;
  readonly dependencies?: Dependencies;
  readonly iam: IamState;
  stores: Stores;
  toxics: Record<string, { from: LinkEnd; to: LinkEnd; toxic: Toxic }>;
  troubles: Record<string, PlacedTrouble>;
  lease?: Lease | undefined;
  plane: PlaneFacts;
  timers: Timer[];
  /** The last number given to an instance, a timer or a change of state. */
  counter: number;
}

export interface PlacedTrouble {
  readonly trouble: Trouble;
  readonly expiresMs: number;
  concerned: number;
  met: number;
}

export type Tags = Record<string, string>;

export interface Vpc {
  readonly vpcId: string;
  readonly cidr: string;
  tags: Tags;
}

export interface Zone {
  readonly zoneId: string;
  readonly zoneName: string;
  readonly subnetId: string;
  readonly cidr: string;
  /** The third number of its first address: 16 for `10.0.16.0/20`. */
  readonly firstOctet: number;
  tags: Tags;
  power: 'on' | 'off' | 'returning';
}

export interface Group {
  readonly zoneIds: readonly string[];
  readonly tags: Tags;
  readonly launch: Launch;
  readonly securityGroupIds: readonly string[];
  /** The name of the role as which its instances act. */
  readonly role?: string;
}

export type InstanceStateName = 'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped';

export interface Instance {
  readonly instanceId: string;
  readonly ordinal: number;
  readonly reservationId: string;
  readonly clientToken: string;
  /** Which of the instances of its launch it is, from 0; the first when absent. */
  readonly launchIndex?: number;
  readonly imageId: string;
  readonly instanceType: string;
  readonly group: string;
  readonly name: string;
  readonly zoneId: string;
  readonly address: string;
  readonly eniId: string;
  /** The instance profile that it was launched with. */
  readonly profile?: { readonly arn: string; readonly id: string };
  /** Its security groups. */
  groupIds: readonly string[];
  /** Whether the blueprint asked for it: the region is ready when all of these were. */
  readonly blueprint: boolean;
  tags: Tags;
  state: InstanceStateName;
  /** Counts up at every change of `state`: a timer of an earlier change does nothing. */
  transition: number;
  reason: string;
  launchMs: number;
  /** Without electricity it keeps its state and has no process. */
  powered: boolean;
  /** Its hardware does not come back with the power of its zone. */
  lost?: true;
  force: boolean;
  generation: number;
  seenReady: boolean;
  /** The host that it runs on, where the region has hosts. */
  hostId?: string;
  /** When the network will know of it; absent once it does. */
  networkMs?: number;
  process: ProcessState;
}

export interface ProcessState {
  state: 'starting' | 'ready' | 'stopped-by-signal' | 'exited' | 'none';
  pid?: number;
  startTime?: string;
}

export interface LoadBalancer {
  readonly name: string;
  readonly arn: string;
  readonly dnsName: string;
  readonly hostedZoneId: string;
  readonly securityGroupIds: readonly string[];
  /** One in each zone that is enabled, with an address of that zone's subnet. */
  nodes: readonly { readonly zoneId: string; readonly address: string }[];
  readonly listenPort: number;
  readonly listenerArn: string;
  readonly createdMs: number;
  crossZone: boolean;
  readonly targetGroup: TargetGroup;
  /** Of the load balancer, its listener and its target group, by ARN. */
  tags?: Readonly<Record<string, Tags>>;
  url?: string;
}

export interface TargetGroup {
  readonly name: string;
  readonly arn: string;
  /** The blueprint's group whose instances it was made for. */
  readonly group: string;
  readonly port: number;
  deregistrationDelayMs: number;
  healthCheck: {
    readonly path: string;
    readonly intervalMs: number;
    readonly timeoutMs: number;
    readonly healthyThreshold: number;
    readonly unhealthyThreshold: number;
  };
  targets: RegisteredTarget[];
}

export interface RegisteredTarget {
  readonly instanceId: string;
  readonly port: number;
  draining: boolean;
  transition: number;
  health: 'initial' | 'healthy' | 'unhealthy' | 'draining';
  reason: string;
}

export interface Lease {
  readonly runId: string;
  readonly token: number;
  readonly owner: string;
  readonly purpose: string;
  readonly home?: string;
  readonly expiresMs: number;
}

/** Where the data plane listens, as it told. */
interface PlaneFacts {
  resolver?: Address;
  nameServers: (Address & { name: string })[];
}
