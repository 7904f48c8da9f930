import type {
  DeleteSecretRequest,
  DeleteSecretResponse,
  DescribeSecretRequest,
  DescribeSecretResponse,
  Filter,
  ListSecretsRequest,
  ListSecretsResponse,
  ListSecretVersionIdsRequest,
  ListSecretVersionIdsResponse,
  RestoreSecretRequest,
  RestoreSecretResponse,
} from '@aws-sdk/client-secrets-manager';
import { Fault } from '../fault.ts';
import { honourOnly } from '../honour-only.ts';
import type { RegionState } from '../state.ts';
import type { Step } from '../step.ts';
import {
  findSecret,
  invalidParameter,
  isGone,
  replaceSecret,
  replaceSecrets,
  requireLive,
  requireSecret,
  type Secret,
} from './secret.ts';

const DAY_MS = 86_400_000;
/** For how many days a deleted secret can be restored. */
const WINDOW = { least: 7, most: 30 };

export const describeSecret: Step<DescribeSecretRequest, DescribeSecretResponse> = (state, { SecretId }, { nowMs }) => {
  const secret = requireSecret(state, SecretId, nowMs);
  return { ...viewOf(secret), VersionIdsToStages: stagesOf(secret) };
};

function viewOf(secret: Secret) {
  const { description, key, accessedMs, deletedMs } = secret;
  return {
    ARN: secret.arn,
    Name: secret.name,
    ...(description !== undefined && { Description: description }),
    ...(key !== undefined && { KmsKeyId: key }),
    CreatedDate: new Date(secret.createdMs),
    LastChangedDate: new Date(secret.changedMs),
    ...(accessedMs !== undefined && { LastAccessedDate: new Date(accessedMs) }),
    ...(deletedMs !== undefined && { DeletedDate: new Date(deletedMs) }),
    Tags: Object.entries(secret.tags).map(([Key, Value]) => ({ Key, Value })),
  };
}

/** Versions without stages are not told. */
const stagesOf = ({ versions }: Secret): Record<string, string[]> =>
  Object.fromEntries(versions.filter(({ stages }) => stages.length > 0).map(({ id, stages }) => [id, [...stages]]));

/** The oldest first. Those that were deleted only for who asks for them. */
export const listSecrets: Step<ListSecretsRequest, ListSecretsResponse> = (state, input, { nowMs }) => {
  honourOnly(input, ['IncludePlannedDeletion', 'MaxResults', 'NextToken', 'Filters', 'SortOrder']);
  const all = Object.values(state.stores.secrets.secrets).filter(
    (secret) => !isGone(secret, nowMs) && (input.IncludePlannedDeletion === true || secret.deletedMs === undefined),
  );
  const found = all.filter((secret) => (input.Filters ?? []).every((filter) => matches(secret, filter)));
  const ordered = input.SortOrder === 'desc' ? found.toReversed() : found;
  const { shown, more } = page(ordered, input);
  const SecretList = shown.map((secret) => ({ ...viewOf(secret), SecretVersionsToStages: stagesOf(secret) }));
  return { SecretList, ...more };
};

/** Values are what names begin with; those that begin with `!` are what they must not begin with. */
function matches(secret: Secret, { Key: key, Values: values = [] }: Filter): boolean {
  const texts = textsOf(secret, key);
  const begins = (start: string) => texts.some((text) => text.startsWith(start));
  const unwanted = values.filter((value) => value.startsWith('!')).map((value) => value.slice(1));
  const wanted = values.filter((value) => !value.startsWith('!'));
  return !unwanted.some(begins) && (wanted.length === 0 || wanted.some(begins));
}

function textsOf({ name, description = '', tags }: Secret, key: string | undefined): readonly string[] {
  switch (key) {
    case 'name':
      return [name];
    case 'description':
      return [description];
    case 'tag-key':
      return Object.keys(tags);
    case 'tag-value':
      return Object.values(tags);
    case 'all':
      return [name, description, ...Object.keys(tags), ...Object.values(tags)];
    default:
      throw new Fault('UnsupportedOperation', `The region does not honour the filter "${key}".`, 400);
  }
}

export const listSecretVersionIds: Step<ListSecretVersionIdsRequest, ListSecretVersionIdsResponse> = (
  state,
  input,
  { nowMs },
) => {
  const secret = requireSecret(state, input.SecretId, nowMs);
  const versions = secret.versions.filter(({ stages }) => input.IncludeDeprecated === true || stages.length > 0);
  const { shown, more } = page(versions, input);
  const Versions = shown.map(({ id, stages, createdMs }) => ({
    VersionId: id,
    CreatedDate: new Date(createdMs),
    ...(stages.length > 0 && { VersionStages: [...stages] }),
  }));
  return { ARN: secret.arn, Name: secret.name, Versions, ...more };
};

interface PageRequest {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

function page<T>(things: readonly T[], { MaxResults: size = 100, NextToken: token = 'at:0' }: PageRequest) {
  const from = Number(/^at:(\d{1,9})$/.exec(token)?.[1] ?? Number.NaN);
  if (Number.isNaN(from)) throw new Fault('InvalidNextTokenException', 'The NextToken value is invalid.', 400);
  if (size < 1 || size > 100) throw invalidParameter('MaxResults must be between 1 and 100.');
  const end = from + size;
  return { shown: things.slice(from, end), more: end < things.length ? { NextToken: `at:${end}` } : {} };
}

export const deleteSecret: Step<DeleteSecretRequest, DeleteSecretResponse> = (state, input, { nowMs }) => {
  const { RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: isForced = false, SecretId: id = '' } = input;
  if (isForced && days !== undefined) {
    throw invalidParameter("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
  }
  if (days !== undefined && (days < WINDOW.least || days > WINDOW.most)) {
    const why = `must be between ${WINDOW.least} and ${WINDOW.most} days (inclusive).`;
    throw invalidParameter(`The RecoveryWindowInDays value ${why}`);
  }
  if (isForced) return forget(state, id, nowMs);
  const secret = requireLive(state, id, nowMs);
  const goneMs = nowMs + (days ?? WINDOW.most) * DAY_MS;
  replaceSecret(state, { ...secret, deletedMs: nowMs, goneMs });
  return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(goneMs) };
};

/** Also what is not there: whoever wants it gone at once has it so. */
function forget(state: RegionState, id: string, nowMs: number): DeleteSecretResponse {
  const secret = findSecret(state, id, nowMs);
  if (!secret) return { ARN: id, Name: id, DeletionDate: new Date(nowMs) };
  const others = Object.entries(state.stores.secrets.secrets).filter(([name]) => name !== secret.name);
  replaceSecrets(state, Object.fromEntries(others));
  return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(nowMs) };
}

export const restoreSecret: Step<RestoreSecretRequest, RestoreSecretResponse> = (state, { SecretId }, { nowMs }) => {
  const { deletedMs: _deletedMs, goneMs: _goneMs, ...secret } = requireSecret(state, SecretId, nowMs);
  replaceSecret(state, secret);
  return { ARN: secret.arn, Name: secret.name };
};
