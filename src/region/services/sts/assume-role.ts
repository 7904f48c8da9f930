import type { AssumeRoleRequest, AssumeRoleResponse } from '@aws-sdk/client-sts';
import { concerns, decide } from '../../../aws/policy/evaluate.ts';
import { contextOf } from '../../../aws/policy/pattern.ts';
import { type Policy, readPolicy } from '../../../aws/policy/policy.ts';
import { Fault } from '../fault.ts';
import { honourOnly } from '../honour-only.ts';
import { refusal } from '../iam/authorize.ts';
import { requireDocument } from '../iam/documents.ts';
import { documentOf, requirePolicy } from '../iam/find.ts';
import type { Role } from '../iam/iam-state.ts';
import { newSession } from '../iam/new-session.ts';
import { bearingOf, identityOf, type Principal, principalOf } from '../iam/principal.ts';
import { requestContext } from '../iam/request-context.ts';
import { readTags } from '../iam/tags.ts';
import { roleArn } from '../iam/views.ts';
import type { RegionState } from '../state.ts';
import type { Step } from '../step.ts';

const HONOURED = ['RoleArn', 'RoleSessionName', 'PolicyArns', 'Policy', 'DurationSeconds', 'Tags', 'ExternalId'];
/** The longest session of a role that a role has assumed. */
const CHAINED_S = 3_600;

/** Temporary credentials of a role, for whom its trust policy names. */
export const assumeRole: Step<AssumeRoleRequest, AssumeRoleResponse> = (state, input, { nowMs, random, caller }) => {
  honourOnly(input, HONOURED);
  const { RoleArn = '', RoleSessionName = '', Policy: inline, PolicyArns = [] } = input;
  if (!/^[\w+=,.@-]{2,64}$/.test(RoleSessionName)) throw invalid('roleSessionName', RoleSessionName);
  const principal = principalOf(state, caller.accessKeyId);
  const role = state.iam.roles.find((one) => roleArn(state, one) === RoleArn);
  if (!role || !mayAssume(state, principal, role, { input, nowMs })) {
    const who = identityOf(state, principal).arn;
    throw refusal('sts', `User: ${who} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`);
  }
  const seconds = requireDuration(input.DurationSeconds, principal.kind === 'session' ? CHAINED_S : role.maxSessionS);
  const limits = [
    ...(inline === undefined ? [] : [requireDocument(inline)]),
    ...PolicyArns.map(({ arn }) => documentOf(requirePolicy(state, arn))),
  ];
  const tags = readTags(input.Tags);
  const session = newSession(role, {
    name: RoleSessionName,
    tags,
    nowMs,
    random,
    ...(limits.length > 0 && { policies: limits }),
  });
  const expiresMs = nowMs + seconds * 1_000;
  state.iam.sessions = [...state.iam.sessions.filter(isOfUse(nowMs)), { ...session, expiresMs }];
  const { arn, userId } = identityOf(state, { kind: 'session', role, session });
  return {
    Credentials: {
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: session.secret,
      SessionToken: session.token,
      Expiration: new Date(expiresMs),
    },
    AssumedRoleUser: { Arn: arn, AssumedRoleId: userId },
  };
};

/** Sessions that ended are kept for a while, so that who uses one is told that it expired. */
const isOfUse =
  (nowMs: number) =>
  ({ expiresMs = Number.POSITIVE_INFINITY }: { readonly expiresMs?: number }): boolean =>
    expiresMs > nowMs - 3_600_000;

/**
 * A trust policy that names the principal itself is enough; one that names the account leaves it to the policies of the
 * principal. The account's root may assume what trusts its account, which AWS does not allow it.
 */
function mayAssume(
  state: RegionState,
  principal: Principal,
  role: Role,
  { input, nowMs }: { readonly input: AssumeRoleRequest; readonly nowMs: number },
): boolean {
  if (principal.kind === 'nobody') return false;
  const action = 'sts:AssumeRole';
  const resource = { arn: roleArn(state, role), tags: role.tags };
  const context = new Map([
    ...requestContext(state, { principal, action, input: { ...input }, resource, nowMs }),
    ...contextOf({ 'sts:ExternalId': input.ExternalId, 'sts:RoleSessionName': input.RoleSessionName }),
  ]);
  const request = { action, resource: resource.arn, context };
  const read = readPolicy(role.trust, 'trust');
  const trust: Policy = 'policy' in read ? read.policy : { statements: [] };
  const speaking = trust.statements.filter((statement) => concerns(statement, request));
  const names = (effect: 'Allow' | 'Deny', wanted: readonly string[]) =>
    speaking.some(
      (one) => one.effect === effect && one.principals.some(([kind, name]) => kind === 'AWS' && wanted.includes(name)),
    );
  const { accountId } = state;
  const account = [accountId, `arn:aws:iam::${accountId}:root`];
  const itself = [...ownNames(state, principal), '*'];
  if (names('Deny', [...account, ...itself])) return false;
  if (principal.kind === 'root') return names('Allow', [...account, '*']);
  const { decision } = decide(bearingOf(state, principal), request);
  if (decision === 'explicitDeny') return false;
  return names('Allow', itself) || (names('Allow', account) && decision === 'allowed');
}

/** The ARNs by which a trust policy may name a principal. */
const ownNames = (state: RegionState, principal: Principal): readonly string[] => [
  identityOf(state, principal).arn,
  ...(principal.kind === 'session' ? [roleArn(state, principal.role)] : []),
];

function requireDuration(seconds = 3_600, most: number): number {
  if (!Number.isInteger(seconds) || seconds < 900) throw invalid('durationSeconds', String(seconds));
  if (seconds <= most) return seconds;
  const why = 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.';
  throw new Fault('ValidationError', why, 400);
}

const invalid = (parameter: string, value: string): Fault =>
  new Fault(
    'ValidationError',
    `1 validation error detected: Value '${value}' at '${parameter}' failed to satisfy constraint`,
    400,
  );
