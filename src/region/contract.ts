import type { FacilityOperation, LinkEnd, ResolverTrouble, Toxic } from '../kernel/facility.ts';
import type { Address } from '../kernel/ports.ts';
import type { DesiredHealthCheck } from './desired-health-check.ts';
import type { Network } from './network.ts';
import type { AccountKey, Caller } from './world.ts';

/**
 * What the control plane tells the data plane (the whole desired state, again after every change) and what the data
 * plane reports back. Both are plain JSON, sent as messages between two processes.
 */
export interface Desired {
  readonly instances: readonly DesiredInstance[];
  readonly zones: readonly { readonly zoneId: string; readonly power: 'on' | 'off' }[];
  readonly loadBalancers: readonly DesiredLoadBalancer[];
  /** Records as published: a change that is still PENDING is not among them. */
  readonly hostedZones: readonly DesiredHostedZone[];
  readonly network: Network;
  /** None when absent. */
  readonly healthChecks?: readonly DesiredHealthCheck[];
  /** Where those who ask are; of interest to records that are routed by latency. */
  readonly region?: string;
  readonly toxics: readonly {
    readonly name: string;
    readonly from: LinkEnd;
    readonly to: LinkEnd;
    readonly toxic: Toxic;
  }[];
  /** What befalls those who ask the resolver; nothing when absent. */
  readonly resolverTroubles?: readonly ResolverTrouble[];
}

export interface DesiredInstance {
  readonly instanceId: string;
  readonly name: string;
  readonly zoneId: string;
  readonly address: string;
  /** `running`: keep one process; `stopped`: end it gracefully (SIGTERM, then SIGKILL); `terminated`: forget it after. */
  readonly run: 'running' | 'stopped' | 'terminated';
  /** Counts up when the process must be replaced although `run` stays the same: a reboot. */
  readonly generation: number;
  readonly force: boolean;
  /** Those of its role, or `none` where that is gone; absent: those of the region. */
  readonly credentials?:
    | { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken: string }
    | 'none';
  readonly launch: Launch;
  /** What is to run in it besides its process, each once; one that is no longer listed is ended. None when absent. */
  readonly scripts?: readonly DesiredScript[];
}

/** A shell script that belongs to an instance. */
export interface DesiredScript {
  readonly commandId: string;
  readonly text: string;
  /** Default: where the process of the instance runs. */
  readonly cwd?: string;
}

/** How to start the process of an instance. */
export interface Launch {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  /** Names of the groups that it calls: see `BlueprintInstances.calls`. */
  readonly group: string;
  readonly calls: readonly string[];
  readonly readyPath?: string;
  readonly readyWithinMs: number;
  readonly restart: boolean;
}

export interface DesiredLoadBalancer {
  readonly name: string;
  readonly dnsName: string;
  /** One node in each of its zones, with an address of that zone's subnet: `10.0.1.5`. */
  readonly nodes: readonly { readonly zoneId: string; readonly address: string }[];
  readonly listenPort: number;
  readonly crossZone: boolean;
  readonly targets: readonly { readonly instanceId: string; readonly port: number; readonly draining: boolean }[];
  readonly healthCheck: {
    readonly path: string;
    readonly intervalMs: number;
    readonly timeoutMs: number;
    readonly healthyThreshold: number;
    readonly unhealthyThreshold: number;
  };
}

/**
 * Names are in lower case and without the trailing dot, `*` stands for itself. The records include the SOA and the NS
 * records of the apex; the data plane's name server number `k` (from 1) serves under the name of the k-th NS value,
 * which is the same in every zone (`nameServerName`). Values are as Route 53 keeps them.
 */
export interface DesiredHostedZone {
  readonly id: string;
  readonly name: string;
  /** Answered by the resolver of the VPC alone, before any public zone. */
  readonly isPrivate?: boolean;
  readonly records: readonly DesiredRecord[];
}

export interface DesiredRecord {
  readonly name: string;
  readonly type: string;
  readonly ttl: number;
  readonly values: readonly string[];
  /** An alias: answered with the addresses of this load balancer or record name at the time of the query. */
  readonly aliasOf?: string;
  /** Whether an alias counts as healthy only while its target is. */
  readonly evaluateTargetHealth?: boolean;
  readonly setIdentifier?: string;
  /** One routing policy: the sets of a name and type have the same. */
  readonly weight?: number;
  readonly region?: string;
  readonly failover?: 'PRIMARY' | 'SECONDARY';
  readonly multiValue?: boolean;
  readonly healthCheckId?: string;
}

/** What the data plane reports, fact by fact. */
export type Observed =
  | {
      readonly type: 'listening';
      readonly resolver: Address;
      readonly nameServers: readonly (Address & { name: string })[];
    }
  | {
      readonly type: 'process';
      readonly instanceId: string;
      readonly generation: number;
      readonly state: 'starting' | 'ready' | 'stopped-by-signal' | 'exited' | 'none';
      readonly pid?: number;
      readonly startTime?: string;
      readonly detail?: string;
    }
  | {
      readonly type: 'target-health';
      readonly loadBalancer: string;
      readonly instanceId: string;
      readonly state: 'initial' | 'healthy' | 'unhealthy' | 'draining';
      readonly reason: string;
    }
  | {
      readonly type: 'health-check';
      readonly healthCheckId: string;
      /** Before it is inverted. */
      readonly passes: boolean;
      readonly reason: string;
    }
  | {
      /** Once a second: what was measured in it. */
      readonly type: 'measured';
      /** The beginning of that second. */
      readonly atMs: number;
      /** Of the nodes of load balancers that had any. */
      readonly traffic: readonly {
        readonly loadBalancer: string;
        readonly zoneId: string;
        readonly traffic: Traffic;
      }[];
      /** Percent of one processor, of the processes of instances where the system tells. */
      readonly cpu: readonly { readonly instanceId: string; readonly percent: number }[];
    }
  | {
      /** A script has ended by itself, could not be started, or was ended. */
      readonly type: 'script';
      /** It was ended because it was no longer listed: it tells no more than what it wrote. */
      readonly isStopped?: true;
      readonly commandId: string;
      readonly instanceId: string;
      readonly generation: number;
      /** 128 and the number of the signal, if one ended it. */
      readonly code: number;
      /** The beginning of what it wrote. */
      readonly out: string;
      readonly err: string;
    }
  | { readonly type: 'load-balancer'; readonly name: string; readonly url: string }
  | { readonly type: 'log'; readonly text: string };

/** What passed through one node of a load balancer in some time. */
export interface Traffic {
  /** Those for which there was a target. */
  readonly requests: number;
  /** Answers of the load balancer's own, in the place of a target. */
  readonly elb5xx: number;
  readonly target5xx: number;
  /** Seconds until the answer of a target began; absent when none did. */
  readonly time?: {
    readonly count: number;
    readonly sum: number;
    readonly minimum: number;
    readonly maximum: number;
  };
}

/** Requests that the control plane makes of the data plane and awaits. */
export interface PlaneRequests {
  /** Applies the whole desired state; resolves when links, names and toxics are in force and killed processes are gone. */
  apply: [Desired, Record<string, never>];
  route: [{ address: string; port: number }, { route?: Address }];
  signal: [
    { instanceId: string; pid: number; startTime: string; signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' },
    { refused?: string },
  ];
  /** What the resolver remembers is forgotten: the region was put back to another time. */
  forget: [Record<string, never>, Record<string, never>];
  shutdown: [Record<string, never>, Record<string, never>];
}

/** What the door of the region (its HTTP endpoint, `wire/door.ts`) hands requests to whose signature it has verified. */
interface DoorOptions {
  readonly region: string;
  /** The port to listen on if it is free. */
  readonly port?: number;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Other access keys of the account. */
  readonly keyOf?: (accessKeyId: string) => AccountKey | undefined;
  /** Answers one AWS operation. A modelled error is thrown as a `Fault`. */
  readonly call: (service: string, operation: string, input: unknown, caller: Caller) => unknown;
  readonly knows: (service: string, operation: string) => boolean;
  readonly facility: (operation: FacilityOperation, input: unknown, caller: Caller) => Promise<unknown>;
}

/** Listens on a port of 127.0.0.1. */
export type CreateDoor = (options: DoorOptions) => Promise<Door>;

export interface Door {
  /** `http://127.0.0.1:PORT`. */
  readonly endpoint: string;
  close(): Promise<void>;
}
