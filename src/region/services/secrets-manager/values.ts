import type {
  CreateSecretRequest,
  CreateSecretResponse,
  GetSecretValueRequest,
  GetSecretValueResponse,
  PutSecretValueRequest,
  PutSecretValueResponse,
  UpdateSecretRequest,
  UpdateSecretResponse,
  UpdateSecretVersionStageRequest,
  UpdateSecretVersionStageResponse,
} from '@aws-sdk/client-secrets-manager';
import { Fault } from '../fault.ts';
import { honourOnly } from '../honour-only.ts';
import { randomDigits, type Step } from '../step.ts';
import {
  CURRENT,
  findSecret,
  invalidParameter,
  invalidRequest,
  notFound,
  replaceSecret,
  requireLive,
  type Secret,
} from './secret.ts';
import { readTags } from './secret-tags.ts';
import { isSameValue, readToken, readValue, requireVersion, withoutStage, withStage, withValue } from './versions.ts';

const DAY_MS = 86_400_000;
const ABOUT = ['Description', 'KmsKeyId', 'SecretString', 'SecretBinary', 'ClientRequestToken'];

export const createSecret: Step<CreateSecretRequest, CreateSecretResponse> = (state, input, ctx) => {
  honourOnly(input, ['Name', 'Tags', ...ABOUT]);
  const { Name: name = '', Description: description, KmsKeyId: key } = input;
  const { nowMs } = ctx;
  if (!/^[A-Za-z0-9/_+=.@-]{1,512}$/.test(name)) {
    const allowed = 'alphanumeric characters or any of the following: -/_+=.@!';
    throw new Fault('ValidationException', `Invalid name. Must be a valid name containing ${allowed}`, 400);
  }
  const value = readValue(input);
  const id = readToken(input, ctx);
  const there = findSecret(state, name, nowMs);
  if (there) return again(there, id, value);
  const prefix = `arn:aws:secretsmanager:${state.region}:${state.accountId}:secret`;
  const empty: Secret = {
    ...{ name, arn: `${prefix}:${name}-${randomDigits(ctx.random, 6, 36)}`, tags: readTags({}, input.Tags ?? []) },
    ...(description !== undefined && { description }),
    ...(key !== undefined && { key }),
    ...{ createdMs: nowMs, changedMs: nowMs, versions: [] },
  };
  const secret = value ? withValue(empty, id, value, { stages: [CURRENT], nowMs }) : empty;
  replaceSecret(state, secret);
  return { ARN: secret.arn, Name: name, ...(value && { VersionId: id }) };
};

/** Who creates a secret twice with one token and one value has created it once. */
function again(there: Secret, id: string, value: ReturnType<typeof readValue>): CreateSecretResponse {
  if (there.deletedMs !== undefined) {
    const why = 'a secret with this name is already scheduled for deletion.';
    throw invalidRequest(`You can't create this secret because ${why}`);
  }
  const version = there.versions.find((one) => one.id === id);
  if (value && version && isSameValue(version, value)) return { ARN: there.arn, Name: there.name, VersionId: id };
  throw new Fault(
    'ResourceExistsException',
    `The operation failed because the secret ${there.name} already exists.`,
    400,
  );
}

export const getSecretValue: Step<GetSecretValueRequest, GetSecretValueResponse> = (state, input, { nowMs }) => {
  const secret = requireLive(state, input.SecretId, nowMs);
  const version = requireVersion(secret, input);
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS;
  if (secret.accessedMs !== today) replaceSecret(state, { ...secret, accessedMs: today });
  return {
    ...{ ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: [...version.stages] },
    CreatedDate: new Date(version.createdMs),
    ...(version.text !== undefined && { SecretString: version.text }),
    ...(version.bytes !== undefined && { SecretBinary: Buffer.from(version.bytes, 'base64') }),
  };
};

export const putSecretValue: Step<PutSecretValueRequest, PutSecretValueResponse> = (state, input, ctx) => {
  honourOnly(input, ['SecretId', 'VersionStages', 'SecretString', 'SecretBinary', 'ClientRequestToken']);
  const before = requireLive(state, input.SecretId, ctx.nowMs);
  const value = readValue(input);
  if (!value) throw invalidRequest('You must provide either SecretString or SecretBinary.');
  const id = readToken(input, ctx);
  const secret = withValue(before, id, value, { stages: input.VersionStages ?? [CURRENT], nowMs: ctx.nowMs });
  if (secret !== before) replaceSecret(state, secret);
  const VersionStages = [...requireVersion(secret, { VersionId: id }).stages];
  return { ARN: secret.arn, Name: secret.name, VersionId: id, VersionStages };
};

export const updateSecret: Step<UpdateSecretRequest, UpdateSecretResponse> = (state, input, ctx) => {
  honourOnly(input, ['SecretId', ...ABOUT]);
  const { nowMs } = ctx;
  const before = requireLive(state, input.SecretId, nowMs);
  const value = readValue(input);
  const id = readToken(input, ctx);
  const { Description: description, KmsKeyId: key } = input;
  const about: Secret = {
    ...before,
    ...(description !== undefined && { description }),
    ...(key !== undefined && { key }),
    changedMs: nowMs,
  };
  replaceSecret(state, value ? withValue(about, id, value, { stages: [CURRENT], nowMs }) : about);
  return { ARN: before.arn, Name: before.name, ...(value && { VersionId: id }) };
};

/** Moves a stage from the version that has it to another one, or takes it away. */
export const updateSecretVersionStage: Step<UpdateSecretVersionStageRequest, UpdateSecretVersionStageResponse> = (
  state,
  input,
  { nowMs },
) => {
  const before = requireLive(state, input.SecretId, nowMs);
  const { VersionStage: stage = '', RemoveFromVersionId: from, MoveToVersionId: to } = input;
  const holder = before.versions.find(({ stages }) => stages.includes(stage))?.id;
  for (const id of [from, to]) {
    if (id !== undefined && !before.versions.some((version) => version.id === id))
      throw notFound(`secret version: ${id}`);
  }
  if (from === undefined && to === undefined) {
    throw invalidParameter('You must provide RemoveFromVersionId, MoveToVersionId, or both.');
  }
  if (from !== undefined && from !== holder) {
    throw invalidParameter(`The staging label ${stage} is not attached to version ${from}.`);
  }
  if (holder !== undefined && from === undefined && holder !== to) {
    const why = `Staging label ${stage} is currently attached to version ${holder}`;
    const fix = 'so you must explicitly reference that version in RemoveFromVersionId.';
    throw invalidParameter(`The parameter RemoveFromVersionId can't be empty. ${why}, ${fix}`);
  }
  if (to === undefined && stage === CURRENT) {
    const why = `You can only move staging label ${CURRENT} to a different secret version.`;
    throw invalidParameter(`${why} It can't be completely removed.`);
  }
  const secret = to === undefined ? withoutStage(before, stage) : withStage(before, stage, to);
  replaceSecret(state, { ...secret, changedMs: nowMs });
  return { ARN: before.arn, Name: before.name };
};
