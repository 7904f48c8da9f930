type Schema = { readonly [key: string]: unknown };

/** As much of JSON Schema draft 7 as our schemas use. A keyword that it does not know is an error: nothing goes unchecked. */
export function isValid(root: Schema, value: unknown): boolean {
  const check = (schema: Schema, it: unknown): boolean =>
    Object.entries(schema).every(([keyword, rule]) => {
      const holds = RULES[keyword];
      if (!holds) throw new Error(`unknown keyword "${keyword}"`);
      return holds(rule, { schema, it, check, root });
    });
  return check(root, value);
}

interface Context {
  readonly schema: Schema;
  readonly it: unknown;
  readonly check: (schema: Schema, it: unknown) => boolean;
  readonly root: Schema;
}

type Rule = (rule: unknown, context: Context) => boolean;

const isObject = (it: unknown): it is Record<string, unknown> =>
  typeof it === 'object' && it !== null && !Array.isArray(it);
const ignored: Rule = () => true;
const schemas = (rule: unknown) => rule as readonly Schema[];
const byName = (rule: unknown) => (rule ?? {}) as Readonly<Record<string, Schema>>;
const text = (it: unknown, holds: (it: string) => boolean) => typeof it !== 'string' || holds(it);
const number = (it: unknown, holds: (it: number) => boolean) => typeof it !== 'number' || holds(it);
const list = (it: unknown, holds: (it: readonly unknown[]) => boolean) => !Array.isArray(it) || holds(it);
const object = (it: unknown, holds: (it: Record<string, unknown>) => boolean) => !isObject(it) || holds(it);

const RULES: Readonly<Record<string, Rule>> = {
  $schema: ignored,
  title: ignored,
  description: ignored,
  default: ignored,
  definitions: ignored,
  format: ignored,
  patternProperties: ignored,
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
  then: ignored,
  $ref: (rule, { it, check, root }) =>
    check(byName(root.definitions)[String(rule).replace('#/definitions/', '')] ?? {}, it),
  type: (rule, { it }) => [rule].flat().some((type) => isOfType(String(type), it)),
  not: (rule, { it, check }) => !check(rule as Schema, it),
  const: (rule, { it }) => rule === it,
  enum: (rule, { it }) => (rule as readonly unknown[]).includes(it),
  pattern: (rule, { it }) => text(it, (value) => new RegExp(String(rule), 'u').test(value)),
  minLength: (rule, { it }) => text(it, (value) => value.length >= Number(rule)),
  minimum: (rule, { it }) => number(it, (value) => value >= Number(rule)),
  maximum: (rule, { it }) => number(it, (value) => value <= Number(rule)),
  minItems: (rule, { it }) => list(it, (items) => items.length >= Number(rule)),
  maxItems: (rule, { it }) => list(it, (items) => items.length <= Number(rule)),
  items: (rule, { it, check }) => list(it, (items) => items.every((one) => check(rule as Schema, one))),
  minProperties: (rule, { it }) => object(it, (value) => Object.keys(value).length >= Number(rule)),
  required: (rule, { it }) => object(it, (value) => (rule as readonly string[]).every((key) => key in value)),
  propertyNames: (rule, { it, check }) =>
    object(it, (value) => Object.keys(value).every((key) => check(rule as Schema, key))),
  properties: (rule, { it, check }) =>
    object(it, (value) => Object.entries(value).every(([key, one]) => check(byName(rule)[key] ?? {}, one))),
  additionalProperties: (rule, { schema, it, check }) =>
    object(it, (value) => {
      if (rule === true) return true;
      const patterns = Object.keys(byName(schema.patternProperties)).map((pattern) => new RegExp(pattern, 'u'));
      const isNamed = (key: string) => key in byName(schema.properties) || patterns.some((one) => one.test(key));
      const others = Object.entries(value).filter(([key]) => !isNamed(key));
      return others.every(([, one]) => rule !== false && check(rule as Schema, one));
    }),
  allOf: (rule, { it, check }) => schemas(rule).every((one) => check(one, it)),
  anyOf: (rule, { it, check }) => schemas(rule).some((one) => check(one, it)),
  oneOf: (rule, { it, check }) => schemas(rule).filter((one) => check(one, it)).length === 1,
  if: (rule, { schema, it, check }) => !check(rule as Schema, it) || check((schema.then ?? {}) as Schema, it),
};

function isOfType(type: string, it: unknown): boolean {
  if (type === 'object') return isObject(it);
  if (type === 'array') return Array.isArray(it);
  if (type === 'null') return it === null;
  return type === 'integer' ? Number.isInteger(it) : typeof it === type;
}
