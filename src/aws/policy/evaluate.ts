import { meetsCondition } from './operators.ts';
import { type Context, matches } from './pattern.ts';
import type { Patterns, Policy, Statement } from './policy.ts';

/** What somebody wants to do: `ec2:StopInstances` to an ARN, or to `*` where the action knows no resources. */
export interface AccessRequest {
  readonly action: string;
  readonly resource: string;
  readonly context: Context;
}

/** A policy by the name under which a simulation tells of it. */
export interface NamedPolicy {
  readonly id: string;
  readonly policy: Policy;
}

/** The policies that bear on a principal. What is absent limits nothing. */
export interface Bearing {
  readonly identity: readonly NamedPolicy[];
  readonly boundary?: readonly NamedPolicy[];
  readonly session?: readonly NamedPolicy[];
}

export interface Verdict {
  readonly decision: 'allowed' | 'explicitDeny' | 'implicitDeny';
  /** The kind of policy that decided it. */
  readonly by: keyof Bearing;
  /** The policies of which a statement decided. */
  readonly matched: readonly string[];
}

/**
 * Whether policies allow a request: a Deny anywhere wins; else every kind of policy that is there must allow it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function decide(bearing: Bearing, request: AccessRequest): Verdict {
  const kinds = KINDS.flatMap((kind) => {
    const policies = bearing[kind];
    return policies ? [{ kind, policies }] : [];
  });
  for (const { kind, policies } of kinds) {
    const denies = saying(policies, 'Deny', request);
    if (denies.length > 0) return { decision: 'explicitDeny', by: kind, matched: denies };
  }
  for (const { kind, policies } of kinds) {
    if (saying(policies, 'Allow', request).length === 0) return { decision: 'implicitDeny', by: kind, matched: [] };
  }
  return { decision: 'allowed', by: 'identity', matched: saying(bearing.identity, 'Allow', request) };
}

const KINDS = ['identity', 'boundary', 'session'] as const;

const saying = (policies: readonly NamedPolicy[], effect: Statement['effect'], request: AccessRequest) =>
  policies
    .filter(({ policy }) => policy.statements.some((one) => one.effect === effect && concerns(one, request)))
    .map(({ id }) => id);

/** Whether a statement speaks of a request: of its action, its resource, and under its conditions. */
export function concerns(statement: Statement, { action, resource, context }: AccessRequest): boolean {
  const { actions, resources, conditions, hasVariables } = statement;
  const variables = hasVariables ? context : undefined;
  return (
    names(actions, (pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
    (!resources || names(resources, (pattern) => matches(pattern, resource, variables))) &&
    conditions.every((condition) => meetsCondition(condition, context.get(condition.key.toLowerCase()), variables))
  );
}

const names = ({ not, patterns }: Patterns, isOf: (pattern: string) => boolean): boolean => patterns.some(isOf) !== not;
