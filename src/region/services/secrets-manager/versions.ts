import { Fault } from '../fault.ts';
import { type Ctx, randomUuid } from '../step.ts';
import { CURRENT, invalidParameter, invalidRequest, PREVIOUS, type Secret, type Version } from './secret.ts';

const LARGEST = 65_536;
const MOST_VERSIONS = 100;
const MOST_STAGES = 20;

export interface ValueInput {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: Uint8Array | string | undefined;
  readonly ClientRequestToken?: string | undefined;
}

/** The value that a request holds; undefined when it holds none. */
export function readValue({
  SecretString: text,
  SecretBinary: given,
}: ValueInput): Pick<Version, 'text' | 'bytes'> | undefined {
  if (text !== undefined && given !== undefined) {
    throw invalidParameter(
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  }
  const bytes = given === undefined || typeof given === 'string' ? given : Buffer.from(given).toString('base64');
  const size = bytes === undefined ? Buffer.byteLength(text ?? '') : Buffer.byteLength(bytes, 'base64');
  if (size > LARGEST) throw new Fault('ValidationException', `A secret value may have at most ${LARGEST} bytes.`, 400);
  if (bytes !== undefined) return { bytes };
  return text === undefined ? undefined : { text };
}

/** The id of the version that a request makes: its token, so that asking twice makes one. */
export function readToken({ ClientRequestToken: token }: ValueInput, { random }: Ctx): string {
  if (token === undefined) return randomUuid(random);
  if (token.length >= 32 && token.length <= 64) return token;
  throw invalidParameter('ClientRequestToken must be 32-64 characters long.');
}

export const isSameValue = (version: Version, value: Pick<Version, 'text' | 'bytes'>): boolean =>
  version.text === value.text && version.bytes === value.bytes;

/**
 * The secret with a value as a version of that id, which gets these stages. If that version is there with the same value,
 * nothing changes. @throws Fault ResourceExistsException when it is there with another one.
 */
export function withValue(
  secret: Secret,
  id: string,
  value: Pick<Version, 'text' | 'bytes'>,
  { stages, nowMs }: { readonly stages: readonly string[]; readonly nowMs: number },
): Secret {
  const there = secret.versions.find((version) => version.id === id);
  if (there && isSameValue(there, value)) return secret;
  if (there) {
    const why = "You can't modify the existing version of a secret: a version has the ClientRequestToken already";
    throw new Fault('ResourceExistsException', `${why}, and another value.`, 400);
  }
  if (stages.length > MOST_STAGES)
    throw new Fault('LimitExceededException', `A version has at most ${MOST_STAGES} stages.`, 400);
  const versions = [...kept(secret.versions), { id, createdMs: nowMs, stages: [], ...value }];
  const wanted = secret.versions.length === 0 ? [...new Set([...stages, CURRENT])] : stages;
  const grown: Secret = { ...secret, versions, changedMs: nowMs };
  return wanted.reduce((before, stage) => withStage(before, stage, id), grown);
}

/** Versions without stages go when there are too many. */
function kept(versions: readonly Version[]): readonly Version[] {
  if (versions.length < MOST_VERSIONS) return versions;
  const oldest = versions.find(({ stages }) => stages.length === 0);
  if (oldest) return versions.filter((version) => version !== oldest);
  throw new Fault('LimitExceededException', `A secret has at most ${MOST_VERSIONS} versions with stages.`, 400);
}

/** The secret with a stage on this version and on no other. What was current becomes what was before. */
export function withStage(secret: Secret, stage: string, id: string): Secret {
  const from = secret.versions.find(({ stages }) => stages.includes(stage));
  if (from?.id === id) return secret;
  const moved = moveStage(secret, stage, id);
  return stage === CURRENT && from ? moveStage(moved, PREVIOUS, from.id) : moved;
}

export const withoutStage = (secret: Secret, stage: string): Secret => moveStage(secret, stage, undefined);

const moveStage = (secret: Secret, stage: string, to: string | undefined): Secret => ({
  ...secret,
  versions: secret.versions.map((version) => {
    const others = version.stages.filter((one) => one !== stage);
    if (version.id === to) return { ...version, stages: [...others, stage] };
    return others.length === version.stages.length ? version : { ...version, stages: others };
  }),
});

/** The version that a request names by its id, a stage, or both; by default the current one. */
export function requireVersion(
  { versions }: Secret,
  {
    VersionId: id,
    VersionStage: stage,
  }: { readonly VersionId?: string | undefined; readonly VersionStage?: string | undefined },
): Version {
  const label = stage ?? CURRENT;
  const version = versions.find((one) => (id === undefined ? one.stages.includes(label) : one.id === id));
  if (!version) {
    const what = id === undefined ? `staging label: ${label}` : `VersionId: ${id}`;
    throw new Fault(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for ${what}`,
      400,
    );
  }
  if (id !== undefined && stage !== undefined && !version.stages.includes(stage)) {
    throw invalidRequest('You provided a VersionStage that is not associated to the provided VersionId.');
  }
  return version;
}
