import { isWithin } from './addresses.ts';
import { type Context, expand, matches } from './pattern.ts';

/** Whether a value of the request meets one of the policy. The context is there where variables are. */
type Meets = (policy: string, request: string, context: Context | undefined) => boolean;

const text =
  (meets: (policy: string, request: string) => boolean): Meets =>
  (policy, request, context) => {
    const expanded = expand(policy, context);
    return expanded !== undefined && meets(expanded, request);
  };
const ordered = (read: (text: string) => number, is: (request: number, policy: number) => boolean): Meets =>
  text((policy, request) => is(read(request), read(policy)));

const isLess = (a: number, b: number) => a < b;
const isAtMost = (a: number, b: number) => a <= b;
const isEqual = (a: number, b: number) => a === b;
const isLike: Meets = (policy, request, context) => matches(policy, request, context);

/** Each of the six parts of an ARN is matched by itself, so that `*` does not lead from one into another. */
const isArnLike: Meets = (policy, request, context) => {
  const [wanted, given] = [arnParts(policy), arnParts(request)];
  return wanted.length === 6 && given.length === 6 && wanted.every((part, k) => matches(part, given[k] ?? '', context));
};

/** The parts between the colons that are not within a variable; the sixth goes to the end. */
function arnParts(arn: string): readonly string[] {
  const parts = arn.split(/:(?![^{}]*\})/);
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

const numberOf = (given: string): number => (given.trim() === '' ? Number.NaN : Number(given));
/** ISO 8601, or seconds since 1970. */
const dateOf = (given: string): number => (/^\d+(\.\d+)?$/.test(given) ? Number(given) * 1_000 : Date.parse(given));

const POSITIVE: Readonly<Record<string, Meets>> = {
  StringEquals: text((a, b) => a === b),
  StringEqualsIgnoreCase: text((a, b) => a.toLowerCase() === b.toLowerCase()),
  StringLike: isLike,
  NumericEquals: ordered(numberOf, isEqual),
  NumericLessThan: ordered(numberOf, isLess),
  NumericLessThanEquals: ordered(numberOf, isAtMost),
  NumericGreaterThan: ordered(numberOf, (a, b) => a > b),
  NumericGreaterThanEquals: ordered(numberOf, (a, b) => a >= b),
  DateEquals: ordered(dateOf, isEqual),
  DateLessThan: ordered(dateOf, isLess),
  DateLessThanEquals: ordered(dateOf, isAtMost),
  DateGreaterThan: ordered(dateOf, (a, b) => a > b),
  DateGreaterThanEquals: ordered(dateOf, (a, b) => a >= b),
  Bool: text((a, b) => a.toLowerCase() === b.toLowerCase()),
  BinaryEquals: text((a, b) => a === b),
  IpAddress: text(isWithin),
  ArnEquals: isArnLike,
  ArnLike: isArnLike,
};

const NEGATED: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
  NotIpAddress: 'IpAddress',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
};

const QUANTIFIED = /^(?:(ForAnyValue|ForAllValues):)?(\w+?)(IfExists)?$/;

/** Whether IAM has an operator of that name, with what may stand before and after it. */
export function isOperator(name: string): boolean {
  const [, quantifier, base = '', ifExists] = QUANTIFIED.exec(name) ?? [];
  if (base === 'Null') return quantifier === undefined && ifExists === undefined;
  return Object.hasOwn(POSITIVE, base) || Object.hasOwn(NEGATED, base);
}

/**
 * Whether the values of a key in a request meet a condition. Values of the policy are alternatives; of a negated
 * operator, none of them may be met.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 * @param given the values in the request; undefined when the key is not there.
 * @param context there where variables are.
 */
export function meetsCondition(
  { operator, values }: { readonly operator: string; readonly values: readonly string[] },
  given: readonly string[] | undefined,
  context: Context | undefined,
): boolean {
  const [, quantifier, base = '', ifExists] = QUANTIFIED.exec(operator) ?? [];
  if (base === 'Null') return values.some((value) => (value.toLowerCase() === 'true') === (given === undefined));
  const negated = Object.hasOwn(NEGATED, base);
  const meets = POSITIVE[negated ? (NEGATED[base] ?? '') : base];
  if (!meets) return false;
  const isMet = (one: string) => values.some((value) => meets(value, one, context)) !== negated;
  if (quantifier === 'ForAllValues') return (given ?? []).every(isMet);
  if (given === undefined || given.length === 0) return ifExists !== undefined || (negated && quantifier === undefined);
  if (quantifier === 'ForAnyValue' || !negated) return given.some(isMet);
  return given.every(isMet);
}
