import type * as IAM from '@aws-sdk/client-iam';
import type { Step, Steps } from '../step.ts';
import { requireBoundary } from './attached.ts';
import { deleteConflict, requireFree, requireWithoutPolicies } from './conflicts.ts';
import { requireRole } from './find.ts';
import type { Role } from './iam-state.ts';
import { newId, pageOf, requireName, requirePath, validationError } from './names.ts';
import { readTags } from './tags.ts';
import { requireTrust } from './trust.ts';
import { more, roleView } from './views.ts';

const createRole: Step<IAM.CreateRoleRequest, IAM.CreateRoleResponse> = (state, input, { nowMs, random }) => {
  const name = requireName(input.RoleName, 'RoleName');
  requireFree(state.iam.roles, 'Role', name);
  const role: Role = {
    name,
    path: requirePath(input.Path),
    createdMs: nowMs,
    trust: requireTrust(state, input.AssumeRolePolicyDocument),
    description: input.Description ?? '',
    maxSessionS: requireDuration(input.MaxSessionDuration),
    tags: readTags(input.Tags),
    inline: {},
    attached: [],
    ...(input.PermissionsBoundary !== undefined && { boundary: requireBoundary(state, input.PermissionsBoundary) }),
    id: newId('AROA', random),
  };
  state.iam.roles = [...state.iam.roles, role];
  return { Role: { ...roleView(state, role), ...more(role) } };
};

const getRole: Step<IAM.GetRoleRequest, IAM.GetRoleResponse> = (state, { RoleName }) => {
  const role = requireRole(state, RoleName);
  return { Role: { ...roleView(state, role), ...more(role) } };
};

const listRoles: Step<IAM.ListRolesRequest, IAM.ListRolesResponse> = (state, input) => {
  const within = state.iam.roles.filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'));
  const { items, page } = pageOf(within, ({ name }) => name, input);
  return { Roles: items.map((role) => roleView(state, role)), ...page };
};

const updateRole: Step<IAM.UpdateRoleRequest, IAM.UpdateRoleResponse> = (state, input) => {
  const role = requireRole(state, input.RoleName);
  const maxSessionS =
    input.MaxSessionDuration === undefined ? role.maxSessionS : requireDuration(input.MaxSessionDuration);
  Object.assign(role, { maxSessionS, description: input.Description ?? role.description });
  return {};
};

const updateAssumeRolePolicy: Step<IAM.UpdateAssumeRolePolicyRequest, void> = (state, input) => {
  const role = requireRole(state, input.RoleName);
  role.trust = requireTrust(state, input.PolicyDocument);
};

/** Sessions of the role die with it. */
const deleteRole: Step<IAM.DeleteRoleRequest, void> = (state, { RoleName }) => {
  const role = requireRole(state, RoleName);
  if (state.iam.profiles.some((profile) => profile.role === role.name)) {
    throw deleteConflict('Cannot delete entity, must remove roles from instance profile first.');
  }
  requireWithoutPolicies(role);
  state.iam.roles = state.iam.roles.filter((one) => one !== role);
  state.iam.sessions = state.iam.sessions.filter(({ roleId }) => roleId !== role.id);
};

function requireDuration(seconds = 3_600): number {
  if (Number.isInteger(seconds) && seconds >= 3_600 && seconds <= 43_200) return seconds;
  throw validationError(`Value '${seconds}' at 'maxSessionDuration' failed to satisfy constraint: from 3600 to 43200`);
}

export const ROLES: Steps = {
  CreateRole: createRole,
  GetRole: getRole,
  ListRoles: listRoles,
  UpdateRole: updateRole,
  UpdateAssumeRolePolicy: updateAssumeRolePolicy,
  DeleteRole: deleteRole,
};
