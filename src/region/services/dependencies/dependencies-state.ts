/** What services of the region need, as it stands. */
export interface Dependencies {
  readonly stores: Store[];
  readonly fleet?: Fleet;
}

/** A service of the provider's own that others keep their state in. */
export interface Store {
  readonly name: string;
  readonly dnsName: string;
  readonly port?: number;
  /** `sts:GetCallerIdentity`, `sts:*`: they fail while it is out of reach. */
  readonly operations: readonly string[];
  /** As the data plane saw it last: by its name at the resolver of the region. */
  reachable: boolean;
  reason: string;
  /** Since when it is as it is. */
  sinceMs: number;
}

/** The hosts that instances run on, with the leases without which they take no launch. */
export interface Fleet {
  /** The name of the store that holds the leases. */
  readonly store: string;
  readonly instancesPerHost: number;
  readonly leaseMs: number;
  readonly perSecond: number;
  readonly timeoutMs: number;
  readonly dropExpired: boolean;
  readonly throttledAfterMs?: number;
  readonly network?: { readonly delayMs: number; readonly perSecond: number };
  readonly hosts: readonly Host[];
  /** Attempts to establish a lease, the oldest first; also those that were given up, unless they are dropped. */
  queue: Attempt[];
  /** When the work on the next attempt can begin. */
  freeMs: number;
  /** When a lease was established last. */
  progressMs: number;
  /** Somebody keeps the queue so short that every attempt in it is through in time. */
  throttled: boolean;
  /** When the network has taken in all changes that it knows of by now. */
  networkMs: number;
  /** Whether a look at the hosts is queued. */
  looking: boolean;
}

export interface Host {
  readonly hostId: string;
  readonly zoneId: string;
  leased: boolean;
  /** When its latest attempt was queued; absent when none is. */
  attemptMs?: number;
}

interface Attempt {
  readonly hostId: string;
  readonly atMs: number;
}
