import { Fault } from '../fault.ts';
import type { RegionState, Tags } from '../state.ts';

/** Secrets by name. It is replaced, never changed in place. */
export interface SecretsState {
  readonly secrets: Readonly<Record<string, Secret>>;
}

export interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly description?: string;
  /** Kept and told: nothing is encrypted by it. */
  readonly key?: string;
  readonly tags: Tags;
  readonly createdMs: number;
  readonly changedMs: number;
  /** The day on which its value was last read. */
  readonly accessedMs?: number;
  /** When it was deleted; it is gone at `goneMs`, and can be restored until then. */
  readonly deletedMs?: number;
  readonly goneMs?: number;
  /** In the order in which they were made. */
  readonly versions: readonly Version[];
}

export interface Version {
  readonly id: string;
  readonly createdMs: number;
  /** Labels, each of which is on one version only. Without any, a version is deprecated. */
  readonly stages: readonly string[];
  readonly text?: string;
  /** Base64. */
  readonly bytes?: string;
}

export const CURRENT = 'AWSCURRENT';
export const PREVIOUS = 'AWSPREVIOUS';

export const invalidParameter = (message: string): Fault => new Fault('InvalidParameterException', message, 400);
export const invalidRequest = (message: string): Fault => new Fault('InvalidRequestException', message, 400);
export const notFound = (what = 'secret.'): Fault =>
  new Fault('ResourceNotFoundException', `Secrets Manager can't find the specified ${what}`, 400);

/** The secret of a name, an ARN, or an ARN without its random end; undefined when there is none any more. */
export function findSecret({ stores }: RegionState, id: string, nowMs: number): Secret | undefined {
  const { secrets } = stores.secrets;
  const named = Object.hasOwn(secrets, id) ? secrets[id] : undefined;
  const isArn = id.startsWith('arn:');
  const secret =
    named ?? (isArn ? Object.values(secrets).find(({ arn }) => arn === id || arn.slice(0, -7) === id) : undefined);
  return secret && !isGone(secret, nowMs) ? secret : undefined;
}

export const isGone = ({ goneMs }: Secret, nowMs: number): boolean => goneMs !== undefined && goneMs <= nowMs;

/** @throws Fault ResourceNotFoundException. */
export function requireSecret(state: RegionState, id: string | undefined, nowMs: number): Secret {
  const secret = findSecret(state, id ?? '', nowMs);
  if (!secret) throw notFound();
  return secret;
}

/** A secret that was not deleted. @throws Fault ResourceNotFoundException, InvalidRequestException. */
export function requireLive(state: RegionState, id: string | undefined, nowMs: number): Secret {
  const secret = requireSecret(state, id, nowMs);
  if (secret.deletedMs === undefined) return secret;
  throw invalidRequest("You can't perform this operation on the secret because it was marked for deletion.");
}

export function replaceSecret(state: RegionState, secret: Secret): void {
  replaceSecrets(state, { ...state.stores.secrets.secrets, [secret.name]: secret });
}

export function replaceSecrets(state: RegionState, secrets: SecretsState['secrets']): void {
  state.stores = { ...state.stores, secrets: { secrets } };
}
