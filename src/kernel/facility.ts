import type { Call } from './call.ts';
import type { Address } from './ports.ts';
import type { SnapshotOperations } from './snapshot.ts';

/**
 * The physical layer of an embedded region: what no AWS operation can do (cut power, look at processes, hold a lease).
 * Spoken at the region's own endpoint as signed JSON: `POST /_facility/<Operation>`, SigV4 service name `facility`.
 * Operations that begin with Describe only read.
 */
export interface FacilityOperations extends SnapshotOperations {
  DescribeRegion: [Record<string, never>, RegionFacts];
  DescribeZones: [Record<string, never>, { zones: ZoneFacts[] }];
  /** The processes of instances, all or those named. */
  DescribeProcesses: [{ instanceIds?: string[] }, { processes: ProcessFacts[] }];
  /** How an address of the VPC is reached from outside it: the loopback listener of the link. */
  DescribeRoute: [{ address: string; port: number }, { route?: Address }];
  DescribeLease: [Record<string, never>, { lease?: LeaseFacts }];
  /** The whole state of the services as JSON, for comparing with a pre-image. Volatile things (pids) are left out. */
  DescribeState: [Record<string, never>, { state: unknown }];
  /** What services of the region need, and whether they have it. */
  DescribeDependencies: [Record<string, never>, DependencyFacts];
  /** Freezes every link of the zone, then kills its processes; launches are refused; health checks go dark. */
  CutPower: [{ zoneId: string }, Record<string, never>];
  /** Powers the zone up again and starts the instances that were running. Does nothing when it has power. */
  RestorePower: [{ zoneId: string }, Record<string, never>];
  /** Signals the process of an instance. Refused when it is no longer that very process. */
  SignalProcess: [
    { instanceId: string; pid: number; startTime: string; signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' },
    Record<string, never>,
  ];
  /** Puts a toxic on every link from one place to another; at most one toxic per name. */
  SetToxic: [{ name: string; from: LinkEnd; to: LinkEnd; toxic: Toxic }, Record<string, never>];
  RemoveToxic: [{ name: string }, Record<string, never>];
  DescribeToxics: [Record<string, never>, { toxics: { name: string; from: LinkEnd; to: LinkEnd; toxic: Toxic }[] }];
  /** Lets queries or calls fail: at most one trouble per name. It ends by itself after `expiresInMs`. */
  SetTrouble: [{ name: string; trouble: Trouble; expiresInMs: number }, Record<string, never>];
  RemoveTrouble: [{ name: string }, Record<string, never>];
  DescribeTroubles: [Record<string, never>, { troubles: TroubleFacts[] }];
  /** The AWS operations that have behaviour here, by the service's id in the catalogue. */
  DescribeOperations: [Record<string, never>, { operations: { service: string; operation: string }[] }];
  /**
   * Takes the account for one run. Error `LeaseHeld` when another run holds it. Another process (`owner`) may take what
   * its own run holds, and deposes the one that held it: see `Tenure`. `after` is the token of the lease that it saw
   * (0: none): when there is another by now, this request is late, and is refused too.
   */
  AcquireLease: [
    { runId: string; owner: string; purpose: string; home?: string; ttlMs: number; after?: number },
    { lease: LeaseFacts },
  ];
  RenewLease: [{ runId: string; ttlMs: number }, { lease: LeaseFacts }];
  ReleaseLease: [{ runId: string }, Record<string, never>];
  Shutdown: [Record<string, never>, Record<string, never>];
}

export interface RegionFacts {
  readonly name: string;
  /** Made anew at every boot without saved state. */
  readonly instance: string;
  readonly region: string;
  readonly accountId: string;
  readonly resolver: Address;
  readonly nameServers: (Address & { name: string })[];
  readonly loadBalancers: { name: string; dnsName: string; url: string }[];
  /** Whether every instance of the blueprint has been seen ready at least once. */
  readonly ready: boolean;
  readonly pid: number;
}

export interface ZoneFacts {
  readonly zoneId: string;
  readonly zoneName: string;
  /** `returning`: it has power again, not all of its instances are ready yet. */
  readonly power: 'on' | 'off' | 'returning';
  readonly instanceIds: string[];
  /** Those whose hardware did not come back with the power, and that nothing has replaced yet. */
  readonly lost: string[];
}

export interface DependencyFacts {
  readonly stores: readonly StoreFacts[];
  /** Absent when launches need nothing but power. */
  readonly launches?: LaunchFacts;
}

/** What services keep their state in, reached by its name at the resolver of the region. */
interface StoreFacts {
  readonly name: string;
  readonly dnsName: string;
  readonly port?: number;
  /** Those that fail while it is out of reach. */
  readonly operations: readonly string[];
  readonly reachable: boolean;
  /** Why it is out of reach; empty when it is not. */
  readonly reason: string;
  /** For how long it has been as it is. */
  readonly forMs: number;
}

export interface LaunchFacts {
  /** The store that holds the leases of the hosts. */
  readonly needs: string;
  /** How many hosts each zone has, of how many the lease is held, and how many instances those can still take. */
  readonly zones: readonly { zoneId: string; hosts: number; leased: number; room: number }[];
  /** Attempts to establish a lease that wait, those that were given up among them. */
  readonly queued: number;
  /** Whether somebody throttles the renewals; launches are then refused with RequestLimitExceeded. */
  readonly throttled: boolean;
  /** Instances that run and that the network does not know of yet. */
  readonly withoutNetwork: readonly string[];
}

export interface ProcessFacts {
  readonly instanceId: string;
  readonly name: string;
  readonly zoneId: string;
  readonly address: string;
  readonly port: number;
  /** Absent while no process exists. */
  readonly pid?: number;
  readonly startTime?: string;
  readonly state: 'starting' | 'ready' | 'stopped-by-signal' | 'exited' | 'none';
}

/** A run's claim on the account. Expired: its holder has not renewed it in time. */
export interface LeaseFacts {
  readonly runId: string;
  /** Grows with each taking of the lease by another process. */
  readonly token: number;
  readonly owner: string;
  readonly purpose: string;
  /** The folder, on the machine of its owner, under which the run is recorded. */
  readonly home?: string;
  readonly expiresInMs: number;
}

/** One end of links: everything, the outside, the load balancer's node of a zone, a zone, or one instance. */
export type LinkEnd = '*' | 'outside' | `zone:${string}` | `instance:${string}`;

export type Toxic =
  | { readonly kind: 'latency'; readonly ms: number; readonly jitterMs?: number }
  /** New connections are accepted and stay silent; bytes of open ones are dropped. */
  | { readonly kind: 'partition' }
  /** Bytes are held back and delivered when the toxic is removed. */
  | { readonly kind: 'freeze' }
  /** Connections are reset. */
  | { readonly kind: 'reset' }
  /** Bytes are read and thrown away. */
  | { readonly kind: 'blackhole' };

/** What fails although everything behind it works: names at the resolver of the VPC, calls at the region's door. */
export type Trouble = ResolverTrouble | ApiTrouble;

export type ResolverTrouble = {
  readonly at: 'resolver';
  /** `silence`: no answer at all. `stale`: what the resolver remembers, however old, and it asks no name server. */
  readonly does: 'NXDOMAIN' | 'SERVFAIL' | 'silence' | 'delay' | 'stale';
  /** The one name that it concerns, in lower case and without the trailing dot. Absent: every name. */
  readonly name?: string;
  /** The share of queries that meet it, from 0 to 1: which ones follows from the seed. */
  readonly share: number;
  readonly seed: number;
  readonly delayMs?: number;
};

export type ApiTrouble = {
  readonly at: 'api';
  readonly does: 'error' | 'delay';
  /** The id of the service in the catalogue, and the one operation. Absent: all of the service. */
  readonly service: string;
  readonly operation?: string;
  readonly share: number;
  readonly seed: number;
  /** So many calls meet it, then it lets all of them pass. Absent: no end. */
  readonly times?: number;
  /** An error in the service's own form. `status` is for codes that its model does not know. */
  readonly error?: { readonly code: string; readonly message: string; readonly status: number };
  readonly delayMs?: number;
};

export interface TroubleFacts {
  readonly name: string;
  readonly trouble: Trouble;
  readonly expiresInMs: number;
  /** At the door: how many calls it concerned, and how many of them met it. */
  readonly concerned: number;
  readonly met: number;
}

export type FacilityOperation = keyof FacilityOperations;

/** A call to the facility, typed. */
export function facility<N extends FacilityOperation>(
  operation: N,
  input: FacilityOperations[N][0],
): Call<FacilityOperations[N][1]> {
  return { service: 'facility', operation, input: input as Call['input'] };
}

export const isFacilityRead = (operation: string): boolean => operation.startsWith('Describe');

/**
 * Who writes, and under which taking of the lease. A request to the region that carries one, in a header of that name,
 * is refused with the error `LeaseLost` once that lease was taken by another process or given back: however late it
 * arrives, a process that was deposed changes nothing. Requests without one are nobody's of this program.
 */
export interface Tenure {
  readonly runId: string;
  readonly token: number;
}

export const TENURE_HEADER = 'x-chaos-tenure';
/** Marks what this program itself asks: no trouble at the door keeps it from looking or from restoring. */
export const TOOL_HEADER = 'x-chaos-tool';
export const LEASE_LOST = 'LeaseLost';

export const tenureText = ({ runId, token }: Tenure): string => `${token} ${encodeURIComponent(runId)}`;

/** The tenure in a header. One that cannot be read is one that never was. */
export function readTenure(text: string): Tenure {
  const [, token = '-1', runId = ''] = /^(\d{1,15}) (\S+)$/.exec(text) ?? [];
  return { token: Number(token), runId: decoded(runId) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

/** How the lease of who ends a region begins, in the place of a run. */
export const ENDING = 'down-';
