import type * as IAM from '@aws-sdk/client-iam';
import type { Step, Steps } from '../step.ts';
import { limitExceeded } from './documents.ts';
import { requireUser } from './find.ts';
import type { AccessKey } from './iam-state.ts';
import { newKey, noSuchEntity, pageOf, validationError } from './names.ts';
import { nameOfCaller } from './users.ts';

const MOST_KEYS = 2;

const createAccessKey: Step<IAM.CreateAccessKeyRequest, IAM.CreateAccessKeyResponse> = (state, { UserName }, ctx) => {
  const { name } = requireUser(state, UserName ?? nameOfCaller(state, ctx.caller.accessKeyId));
  if (state.iam.accessKeys.filter(({ user }) => user === name).length >= MOST_KEYS) {
    throw limitExceeded(`Cannot exceed quota for AccessKeysPerUser: ${MOST_KEYS}`);
  }
  const key: AccessKey = { ...newKey('AKIA', ctx.random), user: name, createdMs: ctx.nowMs, active: true };
  state.iam.accessKeys = [...state.iam.accessKeys, key];
  return { AccessKey: { ...keyView(key), SecretAccessKey: key.secret } } as IAM.CreateAccessKeyResponse;
};

const listAccessKeys: Step<IAM.ListAccessKeysRequest, IAM.ListAccessKeysResponse> = (state, input, ctx) => {
  const { name } = requireUser(state, input.UserName ?? nameOfCaller(state, ctx.caller.accessKeyId));
  const own = state.iam.accessKeys.filter(({ user }) => user === name);
  const { items, page } = pageOf(own, ({ id }) => id, input);
  return { AccessKeyMetadata: items.map(keyView), ...page };
};

const updateAccessKey: Step<IAM.UpdateAccessKeyRequest, void> = (state, { AccessKeyId, UserName, Status }, ctx) => {
  const key = requireKey(state.iam.accessKeys, AccessKeyId, UserName ?? nameOfCaller(state, ctx.caller.accessKeyId));
  if (Status !== 'Active' && Status !== 'Inactive') {
    throw validationError(`Value '${Status}' at 'status' failed to satisfy constraint: [Active, Inactive]`);
  }
  key.active = Status === 'Active';
};

const deleteAccessKey: Step<IAM.DeleteAccessKeyRequest, void> = (state, { AccessKeyId, UserName }, ctx) => {
  const key = requireKey(state.iam.accessKeys, AccessKeyId, UserName ?? nameOfCaller(state, ctx.caller.accessKeyId));
  state.iam.accessKeys = state.iam.accessKeys.filter((one) => one !== key);
};

function requireKey(keys: readonly AccessKey[], id: string | undefined, user: string): AccessKey {
  const found = keys.find((key) => key.id === id && key.user === user);
  if (!found) throw noSuchEntity(`The Access Key with id ${id} cannot be found.`);
  return found;
}

const keyView = ({ id, user, active, createdMs }: AccessKey): IAM.AccessKeyMetadata => ({
  UserName: user,
  AccessKeyId: id,
  Status: active ? 'Active' : 'Inactive',
  CreateDate: new Date(createdMs),
});

export const ACCESS_KEYS: Steps = {
  CreateAccessKey: createAccessKey,
  ListAccessKeys: listAccessKeys,
  UpdateAccessKey: updateAccessKey,
  DeleteAccessKey: deleteAccessKey,
};
