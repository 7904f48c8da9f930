import type { OutputField, Probe } from '../kernel/define.ts';
import type { Json } from '../kernel/json.ts';
import { duration, share } from '../kernel/schema.ts';
import { suggest } from '../kernel/suggest.ts';
import { renderDuration } from '../kernel/units.ts';
import { type Checker, isMapping } from './checker.ts';
import type { FieldRule, Pattern, Tolerance } from './experiment.ts';
import type { Path } from './source.ts';
import { FLAG_RULE, NUMBER_RULE, TEXT_RULE } from './tolerance-grammar.ts';

/** Latency quantiles by the names that a tolerance gives them. */
export const QUANTILES = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99, p999: 0.999, max: 1 } as const;
export const SUCCESS = { atLeast: share({ doc: 'The least share of good samples.' }) };
export const BELOW = { below: duration({ doc: 'The quantile must be below this.', min: '1ms', max: '10m' }) };

/** What the samples of one phase are held to, and by which probe. */
interface Subject {
  readonly probe: Probe;
  readonly timeoutMs: number;
  readonly readPattern: ReadPattern;
}

/** A pattern from its text, or why it cannot be taken. */
export type ReadPattern = (source: string) => Pattern | string;

/** Reads a tolerance: a share of success, latency quantiles, and one rule for each output of the probe that matters. */
export function readTolerance(checker: Checker, path: Path, subject: Subject): Tolerance | undefined {
  const { probe, timeoutMs } = subject;
  const value = checker.at(path);
  if (!isMapping(value)) {
    checker.fields({}, path);
    return undefined;
  }
  const keys = Object.keys(value);
  if (keys.length === 0) {
    const fix = 'write a rule, such as { success: { atLeast: 99% } }';
    checker.say('SPEC_TOLERANCE', path, `"${String(path.at(-1))}" holds no rule`, { fix });
  }
  const fields: FieldRule[] = [];
  for (const key of keys.filter((name) => name !== 'success' && name !== 'latency')) {
    const output = Object.hasOwn(probe.output, key) ? probe.output[key] : undefined;
    const rule = output
      ? readRule(checker, [...path, key], { field: key, output, readPattern: subject.readPattern })
      : unknownOutput(checker, [...path, key], probe);
    if (rule) fields.push(rule);
  }
  const latency = readLatency(checker, [...path, 'latency'], timeoutMs);
  const atLeast = readSuccess(checker, [...path, 'success']);
  return { ...(atLeast !== undefined && { successAtLeast: atLeast }), latency, fields };
}

function readSuccess(checker: Checker, path: Path): number | undefined {
  const value = checker.at(path);
  if (value === undefined || isMapping(value)) return checker.fields(SUCCESS, path).atLeast;
  const shown = typeof value === 'string' && value.endsWith('%') ? value : '99%';
  checker.say('SPEC_TOLERANCE', path, '"success" says no bound', { fix: `write success: { atLeast: ${shown} }` });
  return undefined;
}

function readLatency(checker: Checker, path: Path, timeoutMs: number): Tolerance['latency'] {
  const value = checker.at(path);
  if (value === undefined) return [];
  if (!isMapping(value) || 'below' in value) {
    const fix = 'write latency: { p99: { below: 500ms } }';
    checker.say('SPEC_TOLERANCE', path, '"latency" names no quantile', { fix });
    return [];
  }
  if (Object.keys(value).length === 0) {
    const fix = 'write { p99: { below: 500ms } }, or remove it';
    checker.say('SPEC_TOLERANCE', path, '"latency" holds no rule', { fix });
  }
  const found: { quantile: number; belowMs: number }[] = [];
  for (const key of Object.keys(value)) {
    const inner = [...path, key];
    const quantile = Object.hasOwn(QUANTILES, key) ? QUANTILES[key as keyof typeof QUANTILES] : undefined;
    if (quantile === undefined) {
      const fix = suggest(key, Object.keys(QUANTILES));
      checker.say('SPEC_TOLERANCE', inner, `"${key}" is no quantile of the latency`, { fix, at: 'key' });
    } else if (typeof value[key] === 'string') {
      const fix = `write ${key}: { below: ${value[key]} }`;
      checker.say('SPEC_TOLERANCE', inner, `"${key}" says no bound`, { fix });
    } else {
      const { below } = checker.fields(BELOW, inner);
      if (below !== undefined) found.push({ quantile, belowMs: below });
      if (below !== undefined && below > timeoutMs) tellUnreachable(checker, [...inner, 'below'], below, timeoutMs);
    }
  }
  return found;
}

/** A sample is given up at the timeout and counts as slow: a bound above it would be judged as if it were the timeout. */
function tellUnreachable(checker: Checker, path: Path, belowMs: number, timeoutMs: number): void {
  const what = `the bound ${renderDuration(belowMs)} is longer than the timeout of the probe, ${renderDuration(timeoutMs)}`;
  checker.say('SPEC_CONFLICT', path, what, { fix: `set "timeout: ${renderDuration(belowMs)}" or more in "with"` });
}

function unknownOutput(checker: Checker, path: Path, probe: Probe): undefined {
  const key = String(path.at(-1));
  const fix = suggest(key, ['success', 'latency', ...Object.keys(probe.output)]);
  checker.say('SPEC_TOLERANCE', path, `probe "${probe.id}" has no output "${key}"`, { fix, at: 'key' });
}

interface RuleSubject {
  readonly field: string;
  readonly output: OutputField;
  readonly readPattern: ReadPattern;
}

function readRule(checker: Checker, path: Path, subject: RuleSubject): FieldRule | undefined {
  const { field, output, readPattern } = subject;
  const value = checker.at(path);
  if (!isMapping(value)) {
    if (fits(value, output)) return { field, equals: value };
    const fix = `write ${EXAMPLES[output.type]}`;
    checker.say(
      'SPEC_TOLERANCE',
      path,
      `the output "${field}" is a ${output.type}, which this cannot be compared with`,
      { fix },
    );
    return undefined;
  }
  const shape = { number: NUMBER_RULE, text: TEXT_RULE, flag: FLAG_RULE }[output.type];
  const { matches: pattern, ...rule } = checker.fields(shape, path) as Omit<FieldRule, 'field' | 'matches'> & {
    readonly matches?: string;
  };
  if (Object.keys(value).length === 0) {
    const fix = `write one of: ${Object.keys(shape).join(', ')}`;
    checker.say('SPEC_TOLERANCE', path, `"${field}" holds no rule`, { fix });
  }
  checkRange(checker, path, rule);
  const matches = pattern === undefined ? undefined : readPattern(pattern);
  if (typeof matches === 'string') tellPattern(checker, [...path, 'matches'], `"${pattern}" ${matches}`);
  return { field, ...rule, ...(typeof matches === 'object' && { matches }) };
}

const fits = (value: unknown, { type }: OutputField): value is Json =>
  typeof value === { number: 'number', text: 'string', flag: 'boolean' }[type];

const EXAMPLES = {
  number: 'a number, such as 200, or a rule, such as { atLeast: 1 }',
  text: 'a text, or a rule, such as { matches: "^ok" }',
  flag: 'true or false',
};

function checkRange(checker: Checker, path: Path, rule: Omit<FieldRule, 'field' | 'matches'>): void {
  const least = Math.max(rule.atLeast ?? -Infinity, rule.above ?? -Infinity);
  const most = Math.min(rule.atMost ?? Infinity, rule.below ?? Infinity);
  const isOpen = rule.above === least || rule.below === most;
  if (least > most || (least === most && isOpen)) {
    checker.say('SPEC_CONFLICT', path, 'no number satisfies this rule', { fix: 'swap or widen the two bounds' });
  }
}

function tellPattern(checker: Checker, path: Path, what: string): void {
  const fix = what.endsWith('no regular expression')
    ? 'write a JavaScript regular expression; put it in single quotes'
    : 'write a plainer one, such as "^ok"; several rules on several outputs say the rest';
  checker.say('SPEC_TOLERANCE', path, what, { fix });
}
