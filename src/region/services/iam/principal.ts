import type { Bearing, NamedPolicy } from '../../../aws/policy/evaluate.ts';
import { readPolicy } from '../../../aws/policy/policy.ts';
import type { AccountKey } from '../../world.ts';
import type { RegionState, Tags } from '../state.ts';
import { documentOf, findPolicy, type HolderKind } from './find.ts';
import type { Holder, Role, Session, User } from './iam-state.ts';
import { roleArn, userArn } from './views.ts';

/** Who asks. The keys of the region itself are those of the account's root, who may do everything. */
export type Principal =
  | { readonly kind: 'root' }
  | { readonly kind: 'user'; readonly user: User }
  | { readonly kind: 'session'; readonly role: Role; readonly session: Session }
  /** The key was IAM's, and is no more. */
  | { readonly kind: 'nobody' };

/** Access keys that IAM made: of users, and of sessions. */
const MADE_BY_IAM = /^A[KS]IA/;

export function principalOf({ iam }: RegionState, accessKeyId: string): Principal {
  if (!MADE_BY_IAM.test(accessKeyId)) return { kind: 'root' };
  const session = iam.sessions.find((one) => one.accessKeyId === accessKeyId);
  const role = session && iam.roles.find(({ id }) => id === session.roleId);
  if (session && role) return { kind: 'session', role, session };
  const key = iam.accessKeys.find(({ id, active }) => id === accessKeyId && active);
  const user = key && iam.users.find(({ name }) => name === key.user);
  return user ? { kind: 'user', user } : { kind: 'nobody' };
}

/** The secret of an access key of a user or a session; undefined where there is none that is active. */
export function keyOf({ iam }: RegionState, accessKeyId: string, nowMs: number): AccountKey | undefined {
  const session = iam.sessions.find((one) => one.accessKeyId === accessKeyId);
  if (session) {
    const { secret, token, expiresMs = Number.POSITIVE_INFINITY } = session;
    return { secretAccessKey: secret, sessionToken: token, isExpired: expiresMs <= nowMs };
  }
  const key = iam.accessKeys.find(({ id, active }) => id === accessKeyId && active);
  return key && { secretAccessKey: key.secret };
}

/** What STS says of a principal. */
export function identityOf(
  state: RegionState,
  principal: Principal,
): { readonly arn: string; readonly userId: string } {
  const { accountId } = state;
  if (principal.kind === 'user') return { arn: userArn(state, principal.user), userId: principal.user.id };
  if (principal.kind !== 'session') return { arn: `arn:aws:iam::${accountId}:root`, userId: accountId };
  const { role, session } = principal;
  return {
    arn: `arn:aws:sts::${accountId}:assumed-role/${role.name}/${session.name}`,
    userId: `${role.id}:${session.name}`,
  };
}

/** What conditions know of a principal. */
export function principalKeys(state: RegionState, principal: Principal) {
  const { arn, userId } = identityOf(state, principal);
  const tags: Tags =
    principal.kind === 'user'
      ? principal.user.tags
      : principal.kind === 'session'
        ? { ...principal.role.tags, ...principal.session.tags }
        : {};
  return {
    'aws:PrincipalArn': principal.kind === 'session' ? roleArn(state, principal.role) : arn,
    'aws:PrincipalAccount': state.accountId,
    'aws:PrincipalType': { user: 'User', session: 'AssumedRole', root: 'Account', nobody: 'Anonymous' }[principal.kind],
    'aws:userid': userId,
    ...(principal.kind === 'user' && { 'aws:username': principal.user.name }),
    ...tagKeys('aws:PrincipalTag', tags),
  };
}

/** `aws:PrincipalTag/team` and so on. */
export const tagKeys = (prefix: string, tags: Tags): Record<string, string> =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [`${prefix}/${key}`, value]));

/** The policies that bear on a user or a session; whoever else asks is not judged by them. */
export function bearingOf(state: RegionState, principal: Principal): Bearing {
  if (principal.kind === 'user') return holderBearing(state, 'User', principal.user);
  if (principal.kind !== 'session') return { identity: [] };
  const { role, session } = principal;
  const limits = session.policies?.map((document, k) => named(`session_policy_${k + 1}`, document));
  return { ...holderBearing(state, 'Role', role), ...(limits && { session: limits }) };
}

/** The policies of a user with those of its groups, of a group, or of a role. */
export function holderBearing(state: RegionState, kind: HolderKind, holder: Holder): Bearing {
  const groups = kind === 'User' ? state.iam.groups.filter(({ members }) => members.includes(holder.name)) : [];
  const identity = [...policiesOf(state, kind, holder), ...groups.flatMap((one) => policiesOf(state, 'Group', one))];
  if (holder.boundary === undefined) return { identity };
  return { identity, boundary: managed(state, holder.boundary) };
}

const policiesOf = (
  state: RegionState,
  kind: HolderKind,
  { name, inline, attached }: Holder,
): readonly NamedPolicy[] => [
  ...Object.entries(inline).map(([policy, document]) => named(`${kind.toLowerCase()}_${name}_${policy}`, document)),
  ...attached.flatMap((arn) => managed(state, arn)),
];

function managed(state: RegionState, arn: string): readonly NamedPolicy[] {
  const policy = findPolicy(state, arn);
  return policy ? [named(policy.name, documentOf(policy))] : [];
}

/** A document that was checked when it was given. */
export function named(id: string, document: string): NamedPolicy {
  const read = readPolicy(document);
  return { id, policy: 'policy' in read ? read.policy : { statements: [] } };
}
