import { isOperator } from './operators.ts';

/** An IAM policy as it is evaluated. Made by `readPolicy` alone, so that it is sound. */
export interface Policy {
  readonly statements: readonly Statement[];
}

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: Patterns;
  /** Absent in a trust policy. */
  readonly resources?: Patterns;
  /** Whom a trust policy speaks of: `AWS` or `Service` and what is named. */
  readonly principals: readonly (readonly [kind: string, name: string])[];
  readonly conditions: readonly Condition[];
  /** Whether `${...}` stands for a value: of version 2012-10-17 on. */
  readonly hasVariables: boolean;
}

/** What an element names, or, with `not`, all but that. */
export interface Patterns {
  readonly not: boolean;
  readonly patterns: readonly string[];
}

interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

type Read = { readonly policy: Policy } | { readonly problem: string };
/** A policy of an identity says what it may do to what; a trust policy of a role, who may assume it. */
type Kind = 'identity' | 'trust';

/**
 * Reads a policy document as IAM does; or says in IAM's words why it is refused (MalformedPolicyDocument).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function readPolicy(text: string, kind: Kind = 'identity'): Read {
  try {
    return { policy: policyOf(JSON.parse(text), kind) };
  } catch (error) {
    if (error instanceof Malformed) return { problem: error.message };
    if (error instanceof SyntaxError) return { problem: SYNTAX };
    throw error;
  }
}

class Malformed extends Error {}
const SYNTAX = 'Syntax errors in policy.';
const PREFACED = 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';

type Mapping = Readonly<Record<string, unknown>>;

function policyOf(document: unknown, kind: Kind): Policy {
  const { Version: version = '2008-10-17', Id: id, Statement: given, ...rest } = mapping(document);
  if (Object.keys(rest).length > 0 || !['undefined', 'string'].includes(typeof id)) throw new Malformed(SYNTAX);
  if (version !== '2012-10-17' && version !== '2008-10-17') throw new Malformed(SYNTAX);
  const items = Array.isArray(given) ? given : [given];
  if (items.length === 0) throw new Malformed(SYNTAX);
  const sids = items.map((item) => mapping(item).Sid).filter((sid) => sid !== undefined && sid !== '');
  if (new Set(sids).size < sids.length) throw new Malformed('Statement IDs (SID) in a single policy must be unique.');
  return { statements: items.map((item) => statementOf(mapping(item), kind, version === '2012-10-17')) };
}

function statementOf(given: Mapping, kind: Kind, hasVariables: boolean): Statement {
  const {
    Sid,
    Effect,
    Action,
    NotAction,
    Resource,
    NotResource,
    Principal,
    Condition: conditions = {},
    ...rest
  } = given;
  if (Object.keys(rest).length > 0 || (Sid !== undefined && !isSid(Sid))) throw new Malformed(SYNTAX);
  if (Effect !== 'Allow' && Effect !== 'Deny') throw new Malformed(SYNTAX);
  const actions = patternsOf(Action, NotAction);
  if (!actions) throw new Malformed('Policy statement must contain actions.');
  for (const action of actions.patterns) requireAction(action, kind);
  const resources = patternsOf(Resource, NotResource);
  if (kind === 'trust') {
    if (resources) throw new Malformed('Has prohibited field Resource');
    if (Principal === undefined) throw new Malformed('Missing required field Principal');
  } else {
    if (Principal !== undefined) throw new Malformed('Policy document should not specify a principal.');
    if (!resources) throw new Malformed('Policy statement must contain resources.');
    for (const resource of resources.patterns) requireResource(resource);
  }
  const shared = { effect: Effect, actions, conditions: conditionsOf(conditions), hasVariables } as const;
  return { ...shared, principals: principalsOf(Principal), ...(resources && { resources }) };
}

/** An element and its negation, of which there may be one. */
function patternsOf(given: unknown, negated: unknown): Patterns | undefined {
  if (given !== undefined && negated !== undefined) throw new Malformed(SYNTAX);
  const element = given ?? negated;
  if (element === undefined) return undefined;
  const patterns = textsOf(element);
  return patterns.length === 0 ? undefined : { not: given === undefined, patterns };
}

function requireAction(action: string, kind: Kind): void {
  if (kind === 'trust' && !/^sts:/i.test(action)) {
    throw new Malformed('AssumeRole policy may only specify STS AssumeRole actions.');
  }
  if (action === '*') return;
  if (!action.includes(':')) throw new Malformed(PREFACED);
  const vendor = action.slice(0, action.indexOf(':'));
  if (!/^[a-zA-Z0-9-]+$/.test(vendor)) throw new Malformed(`Vendor ${vendor} is not valid`);
}

function requireResource(resource: string): void {
  if (resource === '*' || /^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+$/s.test(resource)) return;
  if (/^arn:[^:]*\*/.test(resource)) return;
  throw new Malformed(`Resource ${resource} must be in ARN format or "*".`);
}

function conditionsOf(given: unknown): readonly Condition[] {
  return Object.entries(mapping(given)).flatMap(([operator, block]) => {
    if (!isOperator(operator)) throw new Malformed(`Invalid Condition type : ${operator}`);
    return Object.entries(mapping(block)).map(([key, values]): Condition => {
      if (!key.includes(':')) throw new Malformed(PREFACED);
      return { operator, key, values: (Array.isArray(values) ? values : [values]).map(scalar) };
    });
  });
}

function principalsOf(given: unknown): Statement['principals'] {
  if (given === undefined) return [];
  if (given === '*') return [['AWS', '*']];
  return Object.entries(mapping(given)).flatMap(([kind, names]) => {
    if (!['AWS', 'Service', 'Federated', 'CanonicalUser'].includes(kind)) throw new Malformed(SYNTAX);
    return textsOf(names).map((name) => [kind, name] as const);
  });
}

function mapping(value: unknown): Mapping {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Malformed(SYNTAX);
  return value as Mapping;
}

function textsOf(value: unknown): readonly string[] {
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  return texts.map((text) => {
    if (typeof text !== 'string') throw new Malformed(SYNTAX);
    return text;
  });
}

function scalar(value: unknown): string {
  if (!['string', 'number', 'boolean'].includes(typeof value)) throw new Malformed(SYNTAX);
  return String(value);
}

const isSid = (sid: unknown): boolean => typeof sid === 'string' && /^[A-Za-z0-9]*$/.test(sid);
