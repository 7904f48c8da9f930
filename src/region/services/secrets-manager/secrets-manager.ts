import type { Steps } from '../step.ts';
import { tagResource, untagResource } from './secret-tags.ts';
import { deleteSecret, describeSecret, listSecrets, listSecretVersionIds, restoreSecret } from './secrets.ts';
import { createSecret, getSecretValue, putSecretValue, updateSecret, updateSecretVersionStage } from './values.ts';

/** The operations of Secrets Manager that the region has behaviour for. */
export const SECRETS_MANAGER: Steps = {
  CreateSecret: createSecret,
  GetSecretValue: getSecretValue,
  PutSecretValue: putSecretValue,
  UpdateSecret: updateSecret,
  UpdateSecretVersionStage: updateSecretVersionStage,
  DescribeSecret: describeSecret,
  ListSecrets: listSecrets,
  ListSecretVersionIds: listSecretVersionIds,
  DeleteSecret: deleteSecret,
  RestoreSecret: restoreSecret,
  TagResource: tagResource,
  UntagResource: untagResource,
};
