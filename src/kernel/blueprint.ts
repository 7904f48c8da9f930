/**
 * A blueprint: the embedded region as an experiment asks for it. This is the checked form, with every path absolute and
 * every default filled in: what the tool hands to the region program as JSON.
 */
export interface Blueprint {
  readonly title: string;
  readonly region: string;
  readonly zones: readonly BlueprintZone[];
  readonly instances: readonly BlueprintInstances[];
  readonly loadBalancers: readonly BlueprintLoadBalancer[];
  readonly hostedZones: readonly BlueprintHostedZone[];
  /** None when absent. */
  readonly alarms?: readonly BlueprintAlarm[];
  /** None when absent. */
  readonly roles?: readonly BlueprintRole[];
  /** What its services need to do their work. Nothing when absent. */
  readonly dependencies?: BlueprintDependencies;
  /** How long a change of records stays PENDING. */
  readonly dnsChangeDelayMs: number;
  /** How many authoritative name servers serve each hosted zone. */
  readonly nameServers: number;
  /** After power returns, instances of the zone start one after another this far apart. */
  readonly powerReturnStaggerMs: number;
  /** Whether it returns in stages, and not to all. At once and to all when absent. */
  readonly powerReturn?: BlueprintPowerReturn;
}

/** Power returns hall by hall, and some hardware never recovers: as in use1-az4 on 22 December 2021. */
export interface BlueprintPowerReturn {
  readonly stages: number;
  /** From the beginning of one stage to that of the next. */
  readonly pauseMs: number;
  /** The share of instances whose hardware never recovers. At least one of them, unless it is 0. */
  readonly neverShare: number;
  /** Which ones those are. */
  readonly seed: number;
  /** So long after the last stage somebody moves to other hardware what is still there without any. */
  readonly replacedAfterMs: number;
}

/** An IAM role that the processes of instances act as. */
export interface BlueprintRole {
  readonly name: string;
  /** Actions that it may do to everything: `sqs:SendMessage`, `dynamodb:*`. */
  readonly allow: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

export interface BlueprintZone {
  /** `use1-az1`: the physical zone, the same for every account. */
  readonly id: string;
  /** `us-east-1a`: the account's own name for it. */
  readonly name: string;
}

/** A group of like instances: `perZone` in each of `zones`. Instance `i` of zone `z` is named `<name>-<z letter><i>`. */
export interface BlueprintInstances {
  readonly name: string;
  readonly zones: readonly string[];
  readonly perZone: number;
  /** Keeps so many of them running over all zones, and replaces those that fail; then `perZone` is 0. */
  readonly autoScaling?: BlueprintAutoScaling;
  /** Program and arguments. */
  readonly command: readonly string[];
  readonly cwd: string;
  /** The port that the instance listens on in the VPC. The process is told its real one in `PORT`. */
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /**
   * Groups that it calls. For each, `<NAME>_ENDPOINTS` holds the loopback links from its own zone to every member,
   * `host:port` joined by commas.
   */
  readonly calls: readonly string[];
  /** An instance is ready when this path answers 2xx, or, without one, when its port accepts. */
  readonly readyPath?: string;
  readonly readyWithinMs: number;
  /** Whether a process that ends by itself is started again, as an init system would. */
  readonly restart: boolean;
  /** The role whose credentials its processes have; those of the account's root when absent. */
  readonly role?: string;
}

/** The Auto Scaling group of a group of instances. */
export interface BlueprintAutoScaling {
  readonly min: number;
  readonly max: number;
  readonly desired: number;
  /** What makes an instance unhealthy: its status checks alone, or those of its load balancer as well. */
  readonly healthCheck: 'EC2' | 'ELB';
  /** How long after it came into service nobody asks for its health. */
  readonly gracePeriodMs: number;
}

export interface BlueprintLoadBalancer {
  readonly name: string;
  readonly listenPort: number;
  /** The group of instances that are its targets. */
  readonly targets: string;
  readonly healthCheck: {
    readonly path: string;
    readonly intervalMs: number;
    readonly timeoutMs: number;
    readonly healthyThreshold: number;
    readonly unhealthyThreshold: number;
  };
  readonly deregistrationDelayMs: number;
  readonly crossZone: boolean;
}

/** A CloudWatch alarm, in the words of CloudWatch where they are its own. */
export interface BlueprintAlarm {
  readonly name: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** Load balancers by name, whose ARN or whose target group's is a dimension too. */
  readonly loadBalancer?: string;
  readonly targetGroup?: string;
  readonly statistic: 'Average' | 'Maximum' | 'Minimum' | 'SampleCount' | 'Sum';
  /** Seconds. */
  readonly period: number;
  /** How many of the latest periods are looked at, and how many of them must breach. */
  readonly periods: number;
  readonly breaching: number;
  readonly threshold: number;
  readonly comparison:
    | 'GreaterThanThreshold'
    | 'GreaterThanOrEqualToThreshold'
    | 'LessThanThreshold'
    | 'LessThanOrEqualToThreshold';
  readonly missing: 'breaching' | 'notBreaching' | 'ignore' | 'missing';
}

export interface BlueprintHostedZone {
  readonly name: string;
  readonly negativeTtl: number;
  readonly records: readonly BlueprintRecord[];
}

export interface BlueprintRecord {
  readonly name: string;
  readonly type: string;
  readonly ttl?: number;
  /** Literal values, or the addresses of a group of instances, or an alias to a load balancer. Exactly one. */
  readonly values?: readonly string[];
  readonly instances?: string;
  readonly alias?: string;
  /** Which of several weighted records of a name and type it is, and how often it is answered among them: 0 to 255. */
  readonly setIdentifier?: string;
  readonly weight?: number;
  /** Which of two records is answered while it is healthy, and which otherwise. */
  readonly failover?: 'PRIMARY' | 'SECONDARY';
  /** Each address is a record of its own, answered while it is healthy. */
  readonly multiValue?: boolean;
  /** Of an alias: it is healthy while the load balancer has a healthy target. */
  readonly evaluateTargetHealth?: boolean;
  readonly healthCheck?: BlueprintRecordCheck;
}

/** The Route 53 health check of a record: of its own address, or of a load balancer. */
interface BlueprintRecordCheck {
  readonly loadBalancer?: string;
  /** That of the group or of the load balancer by default. */
  readonly port?: number;
  /** Asked by HTTP; without one, the port must accept. */
  readonly path?: string;
  /** Seconds. */
  readonly interval: number;
  /** How many answers in a row change its mind. */
  readonly threshold: number;
}

/** What services of the region need, so that the outage of one thing takes others with it. */
export interface BlueprintDependencies {
  readonly stores: readonly BlueprintStore[];
  /** What launches of instances need. Nothing but power and addresses when absent. */
  readonly launches?: BlueprintLaunches;
}

/** A service of the provider's own, reached by a name: out of reach while the region's resolver has no address for it. */
export interface BlueprintStore {
  readonly name: string;
  readonly dnsName: string;
  /** With a port, something must listen there too, at the first address of the name. */
  readonly port?: number;
  /** Operations that fail while it is out of reach: `sts:GetCallerIdentity`, or `sts:*` for all of a service. */
  readonly operations: readonly string[];
}

/**
 * Instances run on hosts, and a launch needs a host whose lease is held in a store. A host whose lease has lapsed keeps
 * what runs on it and takes nothing new.
 */
export interface BlueprintLaunches {
  /** The store that holds the leases. */
  readonly needs: string;
  readonly hostsPerZone: number;
  readonly instancesPerHost: number;
  /** How long a lease lasts that is not renewed. It is renewed at half of that. */
  readonly leaseMs: number;
  /** How leases that have lapsed are established anew, one after another. */
  readonly renewals: {
    readonly perSecond: number;
    /** An attempt that is not through by then is given up, and another one queued. */
    readonly timeoutMs: number;
    /** Whether attempts that were given up are dropped. Otherwise they are worked on all the same, for nothing. */
    readonly dropExpired: boolean;
    /** After so long without a lease, somebody empties the queue and throttles what enters it. Absent: nobody does. */
    readonly throttledAfterMs?: number;
  };
  /** How the network learns of an instance that was launched. At once when absent. */
  readonly network?: {
    /** From the moment at which it is its turn until it can be reached. */
    readonly delayMs: number;
    /** So many changes a second, one after another; a lease that is established anew is one too. */
    readonly perSecond: number;
  };
}
