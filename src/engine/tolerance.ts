import type { FieldRule, Tolerance } from '../experiment/experiment.ts';
import type { Observation } from '../kernel/define.ts';
import { canonicalJson, type Json } from '../kernel/json.ts';

/** Why an observation is not good: a short, stable text by which failures are counted. Undefined when it is good. */
export function whyBad({ ok, error, output }: Observation, { fields }: Tolerance): string | undefined {
  if (!ok) return error ?? 'NOT OK';
  const broken = fields.find((rule) => !meets(output[rule.field], rule));
  return broken && describeRule(broken);
}

/** So many characters of an output are matched: the system under test decides how long it is. */
const MATCHED_MAX = 4_096;

function meets(value: Json | undefined, rule: FieldRule): boolean {
  if (value === undefined) return false;
  const { equals, atLeast, atMost, above, below, matches } = rule;
  if (equals !== undefined && canonicalJson(value) !== canonicalJson(equals)) return false;
  if (matches !== undefined) {
    const text = typeof value === 'string' ? value : canonicalJson(value);
    if (!matches.test(text.slice(0, MATCHED_MAX))) return false;
  }
  const number = typeof value === 'number' ? value : Number.NaN;
  return (
    (atLeast === undefined || number >= atLeast) &&
    (atMost === undefined || number <= atMost) &&
    (above === undefined || number > above) &&
    (below === undefined || number < below)
  );
}

function describeRule(rule: FieldRule): string {
  const { field, equals, atLeast, atMost, above, below, matches } = rule;
  const parts = [
    equals !== undefined && `equal to ${canonicalJson(equals)}`,
    atLeast !== undefined && `at least ${atLeast}`,
    atMost !== undefined && `at most ${atMost}`,
    above !== undefined && `above ${above}`,
    below !== undefined && `below ${below}`,
    matches !== undefined && `matching ${matches.source}`,
  ];
  return `${field} not ${parts.filter((part) => part !== false).join(', ')}`;
}
