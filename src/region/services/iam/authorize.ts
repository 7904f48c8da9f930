import { actionOf } from '../../../aws/actions.ts';
import { decide, type Verdict } from '../../../aws/policy/evaluate.ts';
import { Fault } from '../fault.ts';
import type { RegionState } from '../state.ts';
import { profileNamed } from './instance-session.ts';
import { bearingOf, identityOf, type Principal, principalOf } from './principal.ts';
import { requestContext } from './request-context.ts';
import type { Resource } from './resource.ts';
import { resourcesOf } from './resources.ts';
import { stepsOfTransaction } from './resources-of-stores.ts';
import { roleArn } from './views.ts';

/** Calls that need no permission, or of which the step itself decides who may make them. */
const OPEN = new Set(['sts:GetCallerIdentity', 'sts:AssumeRole']);

/** A call as it came: `service` is the id in the catalogue, or `facility`. */
export interface Asked {
  readonly service: string;
  readonly operation: string;
  readonly input: unknown;
  readonly accessKeyId: string;
}

/**
 * Refuses a call that the policies of whoever asks do not allow, as its service would word it. Whoever holds the keys of
 * the region itself may do everything.
 */
export function authorize(state: RegionState, asked: Asked, nowMs: number): void {
  const principal = principalOf(state, asked.accessKeyId);
  if (principal.kind === 'root') return;
  const action = actionOf(asked.service, asked.operation);
  if (OPEN.has(action)) return;
  const input = inputOf(asked, principal);
  const bearing = bearingOf(state, principal);
  for (const check of checksOf(state, asked, action, input)) {
    const context = requestContext(state, { principal, input, nowMs, ...check });
    const verdict = decide(bearing, { action: check.action, resource: check.resource.arn, context });
    if (verdict.decision !== 'allowed') throw refusal(asked.service, whyNot(state, principal, check, verdict));
  }
}

/** Who names no user in a call on users, speaks of itself. */
function inputOf({ operation, input, service }: Asked, principal: Principal): Readonly<Record<string, unknown>> {
  const given = (input ?? {}) as Readonly<Record<string, unknown>>;
  const isOwn = service === 'iam' && principal.kind === 'user' && /(AccessKeys?|GetUser)$/.test(operation);
  return isOwn && given.UserName === undefined ? { ...given, UserName: principal.user.name } : given;
}

interface Check {
  readonly action: string;
  readonly resource: Resource;
  /** The transaction that it is a step of. */
  readonly enclosing?: string;
}

/** Every action that a call needs, with each resource for which it needs it. */
function checksOf(
  state: RegionState,
  { service, operation }: Asked,
  action: string,
  input: Readonly<Record<string, unknown>>,
): readonly Check[] {
  if (service === 'dynamodb' && operation.startsWith('Transact')) {
    return stepsOfTransaction(state, input).map((step) => ({ ...step, enclosing: operation }));
  }
  const resources = resourcesOf(state, service, operation, input);
  const passed = operation === 'RunInstances' ? passedRole(state, input.IamInstanceProfile) : [];
  const own = [...resources.map((resource) => ({ action, resource })), ...passed];
  if (service === 'ec2' && operation !== 'CreateTags' && hasTags(input)) {
    const made = resources.filter(({ arn }) => arn.endsWith('/*'));
    return [...own, ...made.map((resource) => ({ action: 'ec2:CreateTags', resource }))];
  }
  if (operation !== 'AddRoleToInstanceProfile') return own;
  const role = state.iam.roles.find(({ name }) => name === input.RoleName);
  const arn = `arn:aws:iam::${state.accountId}:role${role?.path ?? '/'}${String(input.RoleName)}`;
  return [...own, { action: 'iam:PassRole', resource: { arn } }];
}

/** Who launches instances with a profile passes them its role. */
function passedRole(state: RegionState, profile: unknown): readonly Check[] {
  const named = profile ? profileNamed(state, profile)?.role : undefined;
  const roles = state.iam.roles.filter(({ name }) => name === named);
  return roles.map((role) => ({ action: 'iam:PassRole', resource: { arn: roleArn(state, role) } }));
}

/** Whether what is made is given tags at once, which needs a permission of its own. */
const hasTags = ({ TagSpecifications }: Readonly<Record<string, unknown>>): boolean =>
  Array.isArray(TagSpecifications) && TagSpecifications.length > 0;

const POLICIES = {
  identity: 'identity-based policy',
  boundary: 'permissions boundary',
  session: 'session policy',
} as const;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
function whyNot(state: RegionState, principal: Principal, { action, resource }: Check, verdict: Verdict): string {
  const who = `User: ${identityOf(state, principal).arn} is not authorized to perform: ${action}`;
  const what = resource.arn === '*' ? who : `${who} on resource: ${resource.arn}`;
  const policy = POLICIES[verdict.by];
  if (verdict.decision === 'implicitDeny') return `${what} because no ${policy} allows the ${action} action`;
  return `${what} with an explicit deny in ${verdict.by === 'identity' ? 'an' : 'a'} ${policy}`;
}

/** EC2 has a word of its own; services that speak JSON add `Exception`, at the wire. */
export const refusal = (service: string, why: string): Fault =>
  service === 'ec2'
    ? new Fault('UnauthorizedOperation', `You are not authorized to perform this operation. ${why}`, 403)
    : new Fault('AccessDenied', why, 403);
