import type { Call } from './call.ts';
import type { Problem } from './errors.ts';

/** What the program may do to the world, as interfaces. `host/` really does it; tests run in a simulated world. */

export interface Clock {
  /** Milliseconds since 1970, for people and records. */
  wallMs(): number;
  /** Milliseconds that never go backwards, for measuring and waiting. Sub-millisecond precision. */
  nowMs(): number;
  /** Resolves after `ms`, or rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export type AccountKind = 'embedded' | 'endpoint' | 'aws' | 'host';

export interface Address {
  readonly address: string;
  readonly port: number;
}

/** What is known of the account once it answers. */
export interface Account {
  readonly kind: AccountKind;
  readonly name: string;
  /** Identifies this very instance of the account: an embedded region that was built anew has another one. */
  readonly instance: string;
  readonly region: string;
  /** For how long a read may still show an older state. 0 on the embedded account. */
  readonly consistencyMs: number;
  /** How much later than its failure a call that got no answer may still take effect. */
  readonly latenessMs: number;
  /** The strongest level of attestation that this account allows. */
  readonly attestation: AttestationLevel;
  /** The caching resolver of the account's network. Absent: the machine's own. */
  readonly resolver?: Address;
  /** The authoritative name servers, by the name that NS records give them. */
  readonly nameServers: readonly (Address & { readonly name: string })[];
  /**
   * Whether this very instance still exists, be it silent or not: told by something else than its answers. Absent where
   * nothing else can tell.
   */
  readonly exists?: () => Promise<boolean>;
  /** Ends this very instance by force, with all that is in it. Present where it belongs to the one run that uses it. */
  readonly end?: () => Promise<void>;
}

export type AttestationLevel = 'data plane' | 'control plane';

/** Observations of the world. Nothing behind this interface can write, by construction. */
export interface ReadPort {
  readonly clock: Clock;
  readonly account: Account;
  /** Sends a call that only reads. Throws a `CallError`, or a bug if the call is not known to be a read. */
  read<O>(call: Call<O>, signal: AbortSignal): Promise<O>;
  http(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
  dns(query: DnsQuery, signal: AbortSignal): Promise<DnsAnswer>;
  tcp(attempt: TcpAttempt, signal: AbortSignal): Promise<TcpAnswer>;
  /** Runs a program to observe something; it gets an environment of its own (the account's endpoint, no secrets). */
  exec(command: ExecRequest, signal: AbortSignal): Promise<ExecAnswer>;
}

/** A `ReadPort` that may also change the account. Given to the engine alone, never to `capture`, `find` or a probe. */
export interface WritePort extends ReadPort {
  /** Sends a call that changes the account, once. Retries are the engine's business. */
  write<O>(call: Call<O>, signal: AbortSignal): Promise<O>;
}

/** One HTTP request over a connection of its own. The name is resolved at the account's resolver. */
export interface HttpRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
}

/** `status` is absent when there was no answer; `error` then says why (ECONNREFUSED, ENOTFOUND, TIMEOUT, ...). */
export interface HttpAnswer {
  readonly status?: number;
  readonly headers: Readonly<Record<string, string>>;
  /** At most the first 64 KiB. */
  readonly body: string;
  readonly error?: string;
}

export interface DnsQuery {
  readonly name: string;
  readonly type: 'A' | 'AAAA' | 'CNAME' | 'TXT' | 'NS' | 'SOA' | 'MX' | 'SRV';
  /** Absent: the account's resolver. */
  readonly server?: Address;
  readonly timeoutMs: number;
}

/** `code` is the DNS response code (NOERROR, NXDOMAIN, SERVFAIL, REFUSED) or TIMEOUT / UNREACHABLE. */
export interface DnsAnswer {
  readonly code: string;
  readonly answers: readonly {
    readonly name: string;
    readonly type: string;
    readonly ttl: number;
    readonly data: string;
  }[];
  /** Seconds for which a resolver may remember a negative answer: min(SOA TTL, SOA minimum). */
  readonly negativeTtl?: number;
}

export interface TcpAttempt {
  readonly host: string;
  readonly port: number;
  /** Sent once connected. */
  readonly send?: string;
  /** Whether success needs at least one byte from the other side. */
  readonly expectBytes: boolean;
  readonly timeoutMs: number;
}

export interface TcpAnswer {
  readonly connected: boolean;
  readonly bytes: number;
  readonly error?: string;
}

export interface ExecRequest {
  readonly command: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export interface ExecAnswer {
  /** Absent when the program was ended by a signal, could not be started, or ran out of time. */
  readonly exitCode?: number;
  /** At most the first 64 KiB. */
  readonly stdout: string;
  /** Whole lines of at most 64 KiB, since it may be told. */
  readonly stderr: string;
  readonly error?: string;
}

/** Files, as the journal needs them. Paths are absolute. */
export interface Files {
  /** Creates the folder and its parents, readable by the owner alone. */
  makeFolder(path: string): Promise<void>;
  /** Appends and returns only when the bytes are on disk (fsync). */
  appendDurably(path: string, text: string, mode: number): Promise<void>;
  /** Appends without waiting for the disk: samples. */
  append(path: string, text: string): Promise<void>;
  /** Writes the whole file under another name, syncs, and renames. */
  replace(path: string, text: string, mode: number): Promise<void>;
  /** Writes a file of so many bytes that nothing can compress, and returns when they are on disk. */
  reserve(path: string, bytes: number): Promise<void>;
  /** Makes a file shorter by so many bytes, which works on a full disk. @returns whether there was anything to take. */
  shorten(path: string, bytes: number): Promise<boolean>;
  /** The text, or undefined when there is no such file. */
  read(path: string): Promise<string | undefined>;
  /** Names in a folder, sorted; empty when there is none. */
  list(path: string): Promise<readonly string[]>;
  remove(path: string): Promise<void>;
  /** Takes an exclusive lock that its holder's death releases; undefined when a live process holds it. */
  lock(path: string): Promise<Lock | undefined>;
  /** Whether a live process holds it. Writes nothing. */
  isLocked(path: string): Promise<boolean>;
  /** Makes room for the lock beforehand, so that it can be taken on a full disk. */
  reserveLock(path: string): Promise<void>;
}

export interface Lock {
  release(): Promise<void>;
}

/** The claim on the account that keeps two runs apart. It lives in the account. */
export interface Lease {
  /** Problems say who holds it (`SAFETY_LEASE`) or which dead run left it (`SAFETY_DIRTY`). */
  acquire(purpose: string): Promise<readonly Problem[]>;
  renew(): Promise<void>;
  release(): Promise<void>;
}

/**
 * Marks a text as written by this user, in this run, recorded in this folder: the same text has the same seal, and nobody
 * else can make it.
 */
export type Seal = (text: string) => string;

/** The program that reverts when this one dies or falls silent. */
export interface Watchdog {
  /** Started before the first injection, and again if it died; resolves when it has said that it watches. */
  start(runFolder: string): Promise<void>;
  /** Tells it that the run lives, and until when (milliseconds from now) silence is not yet suspicious. */
  beat(silentForMs: number): void;
  /** Whether it has taken the run over: then this process must not touch the account any more. */
  tookOver(): Promise<boolean>;
  /** Whether it has ended by itself, by whatever cause. Absent where that cannot be. */
  hasDied?(): boolean;
  /** Nothing is left to watch. */
  dismiss(): Promise<void>;
}
