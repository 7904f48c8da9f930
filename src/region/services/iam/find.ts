import { Fault } from '../fault.ts';
import type { RegionState } from '../state.ts';
import type { Holder, InstanceProfile, ManagedPolicy, Role, User, UserGroup } from './iam-state.ts';
import { noSuchEntity } from './names.ts';

export type HolderKind = 'User' | 'Group' | 'Role';

/** The holders of policies of a kind. */
export const holders = ({ iam }: RegionState, kind: HolderKind): readonly Holder[] =>
  kind === 'User' ? iam.users : kind === 'Group' ? iam.groups : iam.roles;

/** The holder of a name. @throws Fault NoSuchEntity */
export const requireHolder = (state: RegionState, kind: HolderKind, name: string | undefined): Holder =>
  named(holders(state, kind), kind.toLowerCase(), name);

export const requireUser = ({ iam }: RegionState, name: string | undefined): User => named(iam.users, 'user', name);
export const requireGroup = ({ iam }: RegionState, name: string | undefined): UserGroup =>
  named(iam.groups, 'group', name);
export const requireRole = ({ iam }: RegionState, name: string | undefined): Role => named(iam.roles, 'role', name);

export function requireProfile({ iam }: RegionState, name: string | undefined): InstanceProfile {
  const found = iam.profiles.find((one) => one.name === name);
  if (!found) throw noSuchEntity(`Instance Profile ${name} cannot be found.`);
  return found;
}

/** A managed policy of the account, or the one of AWS that every account has here. */
export function findPolicy({ iam }: RegionState, arn: string | undefined): ManagedPolicy | undefined {
  return arn === ADMINISTRATOR.arn ? ADMINISTRATOR : iam.policies.find((one) => one.arn === arn);
}

export function requirePolicy(state: RegionState, arn: string | undefined): ManagedPolicy {
  const found = findPolicy(state, arn);
  if (!found) throw noSuchEntity(`Policy ${arn} was not found.`);
  return found;
}

/** The same for what changes it: what belongs to AWS is not the account's. */
export function requireOwnPolicy(state: RegionState, arn: string | undefined): ManagedPolicy {
  if (arn === ADMINISTRATOR.arn) throw new Fault('AccessDenied', 'Policy is outside your own account.', 403);
  return requirePolicy(state, arn);
}

/** The document of the version in force. */
export const documentOf = ({ versions, defaultVersion }: ManagedPolicy): string =>
  versions.find(({ id }) => id === defaultVersion)?.document ?? '';

const CREATED_MS = Date.UTC(2015, 1, 6, 18, 39, 46);
const EVERYTHING = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

const ADMINISTRATOR: ManagedPolicy = {
  name: 'AdministratorAccess',
  path: '/',
  id: 'ANPAIWMBCKSKIEE64ZLYK',
  arn: 'arn:aws:iam::aws:policy/AdministratorAccess',
  description: 'Provides full access to AWS services and resources.',
  createdMs: CREATED_MS,
  updatedMs: CREATED_MS,
  tags: {},
  versions: [{ id: 'v1', document: JSON.stringify(EVERYTHING), createdMs: CREATED_MS }],
  defaultVersion: 'v1',
  lastVersion: 1,
};

export const AWS_POLICIES: readonly ManagedPolicy[] = [ADMINISTRATOR];

function named<T extends { readonly name: string }>(things: readonly T[], what: string, name: string | undefined): T {
  const found = things.find((one) => one.name === name);
  if (!found) throw noSuchEntity(`The ${what} with name ${name} cannot be found.`);
  return found;
}
