import type { Tag, TagResourceRequest, UntagResourceRequest } from '@aws-sdk/client-secrets-manager';
import type { Tags } from '../state.ts';
import type { Step } from '../step.ts';
import { invalidParameter, replaceSecret, requireLive } from './secret.ts';

const MOST_TAGS = 50;

export const tagResource: Step<TagResourceRequest, Record<string, never>> = (
  state,
  { SecretId, Tags = [] },
  { nowMs },
) => {
  const secret = requireLive(state, SecretId, nowMs);
  replaceSecret(state, { ...secret, tags: readTags(secret.tags, Tags), changedMs: nowMs });
  return {};
};

export const untagResource: Step<UntagResourceRequest, Record<string, never>> = (
  state,
  { SecretId, TagKeys = [] },
  { nowMs },
) => {
  const secret = requireLive(state, SecretId, nowMs);
  const left = Object.entries(secret.tags).filter(([key]) => !TagKeys.includes(key));
  replaceSecret(state, { ...secret, tags: Object.fromEntries(left), changedMs: nowMs });
  return {};
};

/** Tags with others set. @throws Fault InvalidParameterException for tags that no secret may have. */
export function readTags(before: Tags, given: readonly Tag[]): Tags {
  for (const { Key: key = '', Value: value = '' } of given) {
    if (key === '' || key.length > 128 || value.length > 256) throw invalidParameter(`The tag "${key}" is invalid.`);
    if (key.startsWith('aws:')) throw invalidParameter(`The tag "${key}" has a key that is reserved.`);
  }
  const tags = { ...before, ...Object.fromEntries(given.map(({ Key = '', Value = '' }) => [Key, Value])) };
  if (Object.keys(tags).length > MOST_TAGS) throw invalidParameter(`A secret has at most ${MOST_TAGS} tags.`);
  return tags;
}
