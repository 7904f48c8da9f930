import type { Call } from './call.ts';
import type { Json } from './json.ts';
import type { AccountKind, AttestationLevel, ReadPort } from './ports.ts';
import type { Fields, Infer } from './schema.ts';

/** How a means reaches its target. */
export type MeansKind = 'api' | 'fis' | 'ssm' | 'facility' | 'host' | 'docker';

/** A kind of thing that can be hurt, and how to find instances of it. */
export interface Target<S extends Fields = Fields, T extends Json = Json> {
  readonly kind: string;
  readonly summary: string;
  /** Which selectors it understands. `count` belongs to every selector; the engine applies it. */
  readonly select: S;
  /** Every match, in a stable order. Reads only. @throws ChaosError SAFETY_OWNERSHIP when a match is not the run's. */
  find(select: Infer<S>, host: ReadPort, signal: AbortSignal): Promise<readonly T[]>;
  /** A short name that is unique among the targets of an account: what people read. */
  name(target: T): string;
  /**
   * What it is in the account, from the whole to the part: `['zone use1-az1', 'instance i-0abc']`. Who harms a whole
   * harms its parts: two faults may not be in place at once when the resource of one begins with that of the other.
   */
  resource(target: T): readonly [string, ...string[]];
  /** The zone that the target stands in, for the blast radius; undefined when it has none. */
  zone?(target: T): string | undefined;
}
export const defineTarget = <const S extends Fields, T extends Json>(target: Target<S, T>): Target<S, T> => target;

/**
 * Where a target stands compared with its pre-image.
 * `harmed`: the fault is in place; sending the restoring calls is right.
 * `changing`: between two states; look again later.
 * `restored`: as captured. `vanished`: it no longer exists, so nothing is left to restore.
 * `changed`: somebody else changed it meanwhile; restoring would overwrite that.
 */
export type Standing =
  | { readonly is: 'harmed' | 'changing' | 'restored' | 'vanished' }
  | { readonly is: 'changed'; readonly how: string };

/** An independent observation of whether a fault bites: not the answer of the call that injected it. */
export interface Attestation {
  readonly bites: boolean;
  readonly level: AttestationLevel;
  /** One sentence with what was seen, such as `10.0.1.11:8080 did not answer within 500ms`. */
  readonly evidence: string;
}

/** One way to inject a fault. Everything here is pure, or reads only: the engine alone writes. */
export interface Means<P extends Fields = Fields, T extends Json = Json, U extends Json = Json> {
  readonly target: Target<Fields, T>;
  /** What it reproduces and what it does not. One sentence; the plan and the report print it. */
  readonly fidelity: string;
  /** Reads what restoring will need: the exact pre-image. Reads only. */
  capture(target: T, params: Infer<P>, host: ReadPort, signal: AbortSignal): Promise<U>;
  /** The calls that inject, in order. Pure. Never called when `compare` of a fresh capture is not worth harming. */
  steps(target: T, params: Infer<P>, undo: U): readonly Call[];
  /** The calls that restore, in order. Pure, idempotent, harmless if the fault never landed. Empty for a fault that
   *  heals by itself: restoring then means waiting until `compare` says so. */
  restore(undo: U): readonly Call[];
  /** Compares reality with the pre-image. Reads only; needs nothing but the undo. */
  compare(undo: U, host: ReadPort, signal: AbortSignal): Promise<Standing>;
  /**
   * Observes the effect, independently of the calls. Asked after injecting (must bite) and after restoring (must not).
   * A fault that heals by itself or stays is asked after injecting alone: what it proves, such as that the very process
   * is gone, remains true; `compare` says when it has healed.
   */
  attest(undo: U, host: ReadPort, signal: AbortSignal): Promise<Attestation>;
  /** How long injecting may take to be seen, and restoring to be complete. Milliseconds. */
  readonly landsWithinMs: number;
  readonly restoresWithinMs: number;
}

/** A way to hurt a target and undo it: one declaration, from which help, schema, plan, policy and tests derive. */
export interface Fault<P extends Fields = Fields> {
  /** The path of its file under `src/faults/` with dots: `aws.ec2.stop-instances`. */
  readonly id: string;
  /** One sentence, capital to full stop. */
  readonly summary: string;
  readonly details: string;
  readonly params: P;
  /** How the harm ends: we revert it; the system repairs itself and we wait; or it stays. */
  readonly reversal: 'reverts' | 'self-heals' | 'permanent';
  /** A step of a method, as YAML. */
  readonly example: string;
  /** What a person does by hand if this program cannot. */
  readonly manualRecovery: string;
  /** Outages that it stands for, in the field's words. */
  readonly covers: readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: each means has its own target and undo, which only it needs to know.
  readonly means: { readonly [K in MeansKind]?: Means<P, any, any> };
}
export const defineFault = <const P extends Fields>(fault: Fault<P>): Fault<P> => fault;

/** Lets the compiler infer target and undo of a means from its own functions. */
export const defineMeans =
  <const P extends Fields>(_params: P) =>
  <T extends Json, U extends Json>(means: Means<P, T, U>): Means<P, T, U> =>
    means;

/** What one observation yields. `ok` is the probe's own idea of success; the tolerance may ask for more. */
export type Observation = {
  readonly ok: boolean;
  /** Why not ok: a short, stable word or two (`TIMEOUT`, `HTTP 503`), by which failures are counted. */
  readonly error?: string;
  /** The declared output fields. */
  readonly output: { readonly [field: string]: Json };
};

/** A read-only observation with a typed output. */
export interface Probe<P extends Fields = Fields> {
  readonly id: string;
  readonly summary: string;
  readonly details: string;
  readonly params: P;
  /** The fields of `Observation.output`, by which a tolerance may judge every sample. */
  readonly output: { readonly [field: string]: OutputField };
  readonly example: string;
  /** How old what it sees may be, in milliseconds; absent: it is what holds when it is asked. */
  lagMs?(params: Infer<P>): number;
  /** Observes once. Never throws for what it was built to observe; must honour the signal and its own time-out. */
  observe(params: Infer<P>, host: ReadPort, signal: AbortSignal): Promise<Observation>;
}
export interface OutputField {
  readonly type: 'number' | 'text' | 'flag';
  readonly doc: string;
}
export const defineProbe = <const P extends Fields>(probe: Probe<P>): Probe<P> => probe;

/** Metadata of a catalog entry, known without loading its code. */
export interface CatalogEntry<D> {
  readonly id: string;
  readonly summary: string;
  load(): Promise<D>;
}

/** Everything the program knows how to do, by id. */
export interface Catalog {
  readonly faults: readonly CatalogEntry<Fault>[];
  readonly probes: readonly CatalogEntry<Probe>[];
}

/** Which means a kind of account takes when the experiment does not say `via`. */
export const DEFAULT_MEANS: Record<AccountKind, readonly MeansKind[]> = {
  embedded: ['api', 'facility', 'host'],
  endpoint: ['api'],
  aws: ['api', 'fis', 'ssm'],
  host: ['host'],
};
