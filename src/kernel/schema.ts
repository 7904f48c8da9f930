/**
 * Fields: one description of a value, many readers: its TypeScript type (`Infer`), its validation, its JSON Schema,
 * its help. Built on zod; nothing else in the program imports zod, the experiment language and the blueprint apart.
 */
import * as z from 'zod';
import { DURATION, parseDurationMs, parseRatePerSecond, parseShare, RATE, SHARE } from './units.ts';

export type Field = z.ZodType;
export type Fields = { readonly [name: string]: Field };
/** The values that a set of fields stands for, after defaults and units. */
export type Infer<F extends Fields> = z.output<z.ZodObject<{ [K in keyof F]: F[K] }>>;

type Doc = { readonly doc: string };

/** The schema of a mapping with exactly these fields. */
export const fields = <const F extends Fields>(shape: F) =>
  z.strictObject<{ [K in keyof F]: F[K] }>(shape, {
    error: (issue) => (issue.code === 'invalid_type' ? 'write a mapping of keys and values' : undefined),
  });

/** A value that is checked elsewhere, by rules that depend on other values. */
export const anything = ({ doc }: Doc) => z.unknown().describe(doc);

export const text = ({ doc }: Doc) =>
  z.string({ error: 'write a text' }).min(1, 'write a text that is not empty').describe(doc);

export const flag = ({ doc }: Doc) => z.boolean({ error: 'write true or false' }).describe(doc);

export const integer = ({ doc, min = 0, max = INTEGER_MAX }: Doc & { min?: number; max?: number }) => {
  const range = max === INTEGER_MAX ? `of at least ${min}` : `from ${min} to ${max}`;
  const hint = `write a whole number ${range}`;
  return z.int({ error: hint }).min(min, hint).max(max, hint).describe(doc);
};
const INTEGER_MAX = 1_000_000_000;

/** "90s" becomes 90000. Names of durations in code end in `Ms`; a declared field keeps its YAML name. */
export const duration = ({ doc, min = '0ms', max = '30d' }: Doc & { min?: string; max?: string }) => {
  const [least, most] = [parseDurationMs(min) ?? 0, parseDurationMs(max) ?? Infinity];
  const hint = 'write a number and a unit, such as 500ms, 90s, 5m or 2h';
  return z
    .string({ error: hint })
    .regex(DURATION, hint)
    .refine((value) => within(parseDurationMs(value), least, most), `write a duration from ${min} to ${max}`)
    .transform((value) => parseDurationMs(value) ?? 0)
    .describe(doc);
};

/** "99.9%" becomes 0.999. */
export const share = ({ doc }: Doc) => {
  const hint = 'write a percentage from 0% to 100%, such as 99.5%';
  return z
    .string({ error: hint })
    .regex(SHARE, hint)
    .refine((value) => parseShare(value) !== undefined, hint)
    .transform((value) => parseShare(value) ?? 0)
    .describe(doc);
};

/** "50/s" becomes 50, "30/m" becomes 0.5: per second. At most 10000/s. */
export const rate = ({ doc }: Doc) => {
  const hint = 'write a rate, such as 50/s or 30/m, up to 10000/s';
  return z
    .string({ error: hint })
    .regex(RATE, hint)
    .refine((value) => within(parseRatePerSecond(value), 1 / 3_600, 10_000), hint)
    .transform((value) => parseRatePerSecond(value) ?? 0)
    .describe(doc);
};

export const oneOf = <const T extends string>(choices: readonly [T, ...T[]], { doc }: Doc) =>
  z.enum(choices, { error: `write one of: ${choices.join(', ')}` }).describe(doc);

export const listOf = <F extends Field>(
  item: F,
  { doc, min = 0, max = 10_000 }: Doc & { min?: number; max?: number },
) =>
  z
    .array(item, { error: 'write a list' })
    .min(min, `write at least ${min}`)
    .max(max, `write at most ${max}`)
    .describe(doc);

/** A mapping whose keys are the author's own. */
export const mapOf = <F extends Field>(value: F, { doc }: Doc) =>
  z.record(z.string(), value, { error: 'write a mapping' }).describe(doc);

const within = (value: number | undefined, least: number, most: number): boolean =>
  value !== undefined && value >= least && value <= most;
