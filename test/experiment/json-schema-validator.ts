type Schema = { readonly [key: string]: unknown };

/** As much of JSON Schema draft 7 as our schemas use. A keyword that it does not know is an error: nothing goes unchecked. */
export function isValid(root: Schema, value: unknown): boolean {
  const check = (schema: Schema, it: unknown): boolean =>
    Object.entries(schema).every(([keyword, rule]) => {
      const rules = RULES[keyword];
      if (!rules) throw new Error(`unknown keyword "${keyword}"`);
      return rules({ rule, schema, it, check, root });
    });
  return check(root, value);
}

interface Context {
  // biome-ignore lint/suspicious/noExplicitAny: the value of a keyword has as many types as there are keywords.
  readonly rule: any;
  readonly schema: Schema;
  readonly it: unknown;
  readonly check: (schema: Schema, it: unknown) => boolean;
  readonly root: Schema;
}

const isObject = (it: unknown): it is Record<string, unknown> =>
  typeof it === 'object' && it !== null && !Array.isArray(it);
const ignored = () => true;

const RULES: Readonly<Record<string, (context: Context) => boolean>> = {
  $schema: ignored,
  title: ignored,
  description: ignored,
  default: ignored,
  definitions: ignored,
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
  then: ignored,
  $ref: ({ rule, it, check, root }) =>
    check((root.definitions as Record<string, Schema>)[rule.replace('#/definitions/', '')] ?? {}, it),
  type: ({ rule, it }) => [rule].flat().some((type: string) => isOfType(type, it)),
  const: ({ rule, it }) => rule === it,
  enum: ({ rule, it }) => rule.includes(it),
  pattern: ({ rule, it }) => typeof it !== 'string' || new RegExp(rule, 'u').test(it),
  format: ignored,
  minLength: ({ rule, it }) => typeof it !== 'string' || it.length >= rule,
  minimum: ({ rule, it }) => typeof it !== 'number' || it >= rule,
  maximum: ({ rule, it }) => typeof it !== 'number' || it <= rule,
  minItems: ({ rule, it }) => !Array.isArray(it) || it.length >= rule,
  maxItems: ({ rule, it }) => !Array.isArray(it) || it.length <= rule,
  items: ({ rule, it, check }) => !Array.isArray(it) || it.every((one) => check(rule, one)),
  minProperties: ({ rule, it }) => !isObject(it) || Object.keys(it).length >= rule,
  required: ({ rule, it }) => !isObject(it) || rule.every((key: string) => key in it),
  propertyNames: ({ rule, it, check }) => !isObject(it) || Object.keys(it).every((key) => check(rule, key)),
  properties: ({ rule, it, check }) =>
    !isObject(it) || Object.entries(it).every(([key, one]) => !(key in rule) || check(rule[key], one)),
  patternProperties: ignored,
  additionalProperties: ({ rule, schema, it, check }) => {
    if (!isObject(it) || rule === true) return true;
    const patterns = Object.keys((schema.patternProperties as object) ?? {}).map((pattern) => new RegExp(pattern, 'u'));
    const others = Object.entries(it).filter(
      ([key]) => !(key in ((schema.properties as object) ?? {})) && !patterns.some((pattern) => pattern.test(key)),
    );
    return others.every(([, one]) => rule !== false && check(rule, one));
  },
  allOf: ({ rule, it, check }) => rule.every((one: Schema) => check(one, it)),
  anyOf: ({ rule, it, check }) => rule.some((one: Schema) => check(one, it)),
  oneOf: ({ rule, it, check }) => rule.filter((one: Schema) => check(one, it)).length === 1,
  if: ({ rule, schema, it, check }) => !check(rule, it) || check((schema.then as Schema) ?? {}, it),
};

function isOfType(type: string, it: unknown): boolean {
  if (type === 'object') return isObject(it);
  if (type === 'array') return Array.isArray(it);
  if (type === 'null') return it === null;
  return type === 'integer' ? Number.isInteger(it) : typeof it === type;
}
