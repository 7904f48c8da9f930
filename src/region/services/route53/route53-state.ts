import type { Tags } from '../state.ts';

export interface HostedZone {
  readonly id: string;
  readonly name: string;
  readonly callerReference: string;
  readonly comment: string;
  tags: Tags;
  /** The VPCs whose resolvers answer a private zone; a public zone has none. */
  vpcs?: readonly { readonly vpcId: string; readonly region: string }[];
  /** What the API shows: changed at once. */
  records: RecordSet[];
  /** What name servers answer: changed when a change is INSYNC. */
  published: RecordSet[];
}

/** How a record set takes part in answering its name: alone, or as a member of a routed set. */
export interface RecordRouting {
  readonly setIdentifier?: string;
  readonly weight?: number;
  readonly region?: string;
  readonly failover?: 'PRIMARY' | 'SECONDARY';
  readonly multiValue?: boolean;
  readonly healthCheckId?: string;
}

export interface HealthCheck {
  readonly id: string;
  readonly callerReference: string;
  /** Counts up at every update. */
  version: number;
  config: HealthCheckConfig;
  tags: Tags;
  /** What the data plane saw last, before it is inverted. */
  seen?: { readonly passes: boolean; readonly reason: string; readonly atMs: number };
}

export interface HealthCheckConfig {
  readonly type: 'HTTP' | 'HTTP_STR_MATCH' | 'TCP';
  readonly address?: string;
  readonly host?: string;
  readonly port: number;
  readonly path?: string;
  readonly search?: string;
  /** 10 or 30 seconds. */
  readonly interval: number;
  readonly threshold: number;
  readonly measureLatency: boolean;
  readonly inverted: boolean;
  readonly disabled: boolean;
  readonly regions?: readonly string[];
}

/** Names carry the trailing dot and escapes as Route 53 writes them: `\052.example.` */
export interface RecordSet extends RecordRouting {
  readonly name: string;
  readonly type: string;
  readonly ttl?: number;
  readonly values: readonly string[];
  readonly alias?: { readonly hostedZoneId: string; readonly dnsName: string; readonly evaluateTargetHealth: boolean };
}

export interface RecordChange {
  readonly action: 'CREATE' | 'DELETE' | 'UPSERT';
  readonly record: RecordSet;
}

export interface DnsChange {
  readonly id: string;
  readonly zoneId: string;
  readonly submittedMs: number;
  readonly comment: string;
  status: 'PENDING' | 'INSYNC';
  /** Emptied once they are published. */
  changes: RecordChange[];
}
