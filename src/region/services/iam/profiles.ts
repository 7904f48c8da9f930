import type * as IAM from '@aws-sdk/client-iam';
import type { Step, Steps } from '../step.ts';
import { deleteConflict, requireFree } from './conflicts.ts';
import { limitExceeded } from './documents.ts';
import { requireProfile, requireRole } from './find.ts';
import type { InstanceProfile } from './iam-state.ts';
import { newId, noSuchEntity, pageOf, requireName, requirePath } from './names.ts';
import { profileView } from './views.ts';

const create: Step<IAM.CreateInstanceProfileRequest, IAM.CreateInstanceProfileResponse> = (state, input, ctx) => {
  const name = requireName(input.InstanceProfileName, 'InstanceProfileName', 128);
  requireFree(state.iam.profiles, 'Instance Profile', name);
  const path = requirePath(input.Path);
  const profile: InstanceProfile = { name, path, id: newId('AIPA', ctx.random), createdMs: ctx.nowMs };
  state.iam.profiles = [...state.iam.profiles, profile];
  return { InstanceProfile: profileView(state, profile) };
};

const get: Step<IAM.GetInstanceProfileRequest, IAM.GetInstanceProfileResponse> = (state, input) => ({
  InstanceProfile: profileView(state, requireProfile(state, input.InstanceProfileName)),
});

const list: Step<IAM.ListInstanceProfilesRequest, IAM.ListInstanceProfilesResponse> = (state, input) => {
  const within = state.iam.profiles.filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'));
  const { items, page } = pageOf(within, ({ name }) => name, input);
  return { InstanceProfiles: items.map((profile) => profileView(state, profile)), ...page };
};

const listForRole: Step<IAM.ListInstanceProfilesForRoleRequest, IAM.ListInstanceProfilesForRoleResponse> = (
  state,
  input,
) => {
  const { name } = requireRole(state, input.RoleName);
  const own = state.iam.profiles.filter(({ role }) => role === name);
  const { items, page } = pageOf(own, (profile) => profile.name, input);
  return { InstanceProfiles: items.map((profile) => profileView(state, profile)), ...page };
};

const remove: Step<IAM.DeleteInstanceProfileRequest, void> = (state, input) => {
  const profile = requireProfile(state, input.InstanceProfileName);
  if (profile.role !== undefined) {
    throw deleteConflict('Cannot delete entity, must remove roles from instance profile first.');
  }
  state.iam.profiles = state.iam.profiles.filter((one) => one !== profile);
};

const addRole: Step<IAM.AddRoleToInstanceProfileRequest, void> = (state, input) => {
  const profile = requireProfile(state, input.InstanceProfileName);
  const { name } = requireRole(state, input.RoleName);
  if (profile.role !== undefined) throw limitExceeded('Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1');
  profile.role = name;
};

const removeRole: Step<IAM.RemoveRoleFromInstanceProfileRequest, void> = (state, input) => {
  const profile = requireProfile(state, input.InstanceProfileName);
  if (profile.role !== input.RoleName) throw noSuchEntity(`The role with name ${input.RoleName} cannot be found.`);
  delete profile.role;
};

export const PROFILES: Steps = {
  CreateInstanceProfile: create,
  GetInstanceProfile: get,
  ListInstanceProfiles: list,
  ListInstanceProfilesForRole: listForRole,
  DeleteInstanceProfile: remove,
  AddRoleToInstanceProfile: addRole,
  RemoveRoleFromInstanceProfile: removeRole,
};
