import * as z from 'zod';
import type { Fault, Probe } from '../kernel/define.ts';
import type { Fields } from '../kernel/schema.ts';
import { DEPENDENCIES, LAUNCHES, STORE } from './blueprint-dependencies.ts';
import {
  ALARM,
  BLUEPRINT,
  DNS,
  HOSTED_ZONE,
  INSTANCES,
  LOAD_BALANCER,
  POWER_RETURN,
  RECORD,
  ROLE,
  ZONE,
} from './blueprint-grammar.ts';
import {
  BLAST_RADIUS,
  EXPERIMENT,
  HYPOTHESIS,
  HYPOTHESIS_PROBE,
  PARAMETER,
  PROBE_USE,
  ROLLBACK,
  SAMPLING,
  STEPS,
  TAKE,
} from './grammar.ts';
import { BELOW, QUANTILES, SUCCESS } from './tolerance.ts';
import { FLAG_RULE, NUMBER_RULE, TEXT_RULE } from './tolerance-grammar.ts';

type Schema = { readonly [key: string]: unknown };

const DRAFT = 'http://json-schema.org/draft-07/schema#';

/**
 * The JSON Schema (draft 7) of an experiment, for editors: from the same declarations that check it. Where a value has a
 * form, a text with a `${reference}` is accepted too. The same input gives the same text.
 */
export function experimentJsonSchema(catalog: { faults: readonly Fault[]; probes: readonly Probe[] }): object {
  const use = (probes: Schema) => ({ type: 'array', items: { allOf: [probes, { $ref: '#/definitions/probe' }] } });
  const steps = { type: 'array', minItems: 1, items: { $ref: '#/definitions/step' } };
  const hypothesis = objectOf(
    HYPOTHESIS,
    {
      probes: { ...use(objectOf(HYPOTHESIS_PROBE, {}, ['tolerance'])), minItems: 1 },
    },
    ['probes'],
  );
  const top = objectOf(
    EXPERIMENT,
    {
      parameters: { type: 'object', additionalProperties: objectOf(PARAMETER) },
      steadyStateHypothesis: hypothesis,
      blastRadius: objectOf(BLAST_RADIUS),
      stopConditions: use(objectOf(PROBE_USE, {}, ['tolerance'])),
      method: steps,
      rollbacks: { type: 'array', items: objectOf(ROLLBACK) },
    },
    ['steadyStateHypothesis', 'method'],
  );
  return {
    $schema: DRAFT,
    title: 'An experiment of chaos',
    ...top,
    patternProperties: { '^x-': {} },
    definitions: {
      reference: {
        type: 'string',
        pattern: '\\$\\{[^}]*\\}',
        description: 'A reference to a parameter or a variable.',
      },
      taken: {
        description: 'A count or a percentage, never both; "choose" belongs to one of them.',
        allOf: [
          { not: { required: ['count', 'percent'] } },
          { anyOf: [{ not: { required: ['choose'] } }, { required: ['count'] }, { required: ['percent'] }] },
        ],
      },
      step: stepSchema(byId(catalog.faults), steps),
      probe: { allOf: byId(catalog.probes).map(probeSchema), properties: { probe: ids(byId(catalog.probes)) } },
    },
  };
}

/** The JSON Schema (draft 7) of a blueprint. */
export function blueprintJsonSchema(): object {
  const list = (items: Schema) => ({ type: 'array', items });
  const zone = { anyOf: [leaf(ZONE.id), objectOf(ZONE)] };
  const top = objectOf(
    BLUEPRINT,
    {
      zones: list(zone),
      instances: list(objectOf(INSTANCES)),
      loadBalancers: list(objectOf(LOAD_BALANCER)),
      hostedZones: list(objectOf(HOSTED_ZONE, { records: list(objectOf(RECORD)) })),
      alarms: list(objectOf(ALARM)),
      roles: list(objectOf(ROLE)),
      dependencies: objectOf(DEPENDENCIES, { stores: list(objectOf(STORE)), launches: objectOf(LAUNCHES) }),
      dns: objectOf(DNS),
      powerReturn: objectOf(POWER_RETURN),
    },
    ['zones', 'instances'],
  );
  return { $schema: DRAFT, title: 'A blueprint of chaos', ...withoutReferences(top), patternProperties: { '^x-': {} } };
}

const byId = <D extends { readonly id: string }>(all: readonly D[]): D[] =>
  all.toSorted((a, b) => (a.id < b.id ? -1 : 1));

const ids = (all: readonly { readonly id: string; readonly summary: string }[]): Schema => ({
  oneOf: [...all.map(({ id, summary }) => ({ const: id, description: summary })), { $ref: '#/definitions/reference' }],
});

/** One of the four kinds of step; which fault decides what `with` and `select` hold. */
function stepSchema(faults: readonly Fault[], steps: Schema): Schema {
  return {
    type: 'object',
    oneOf: [
      { ...objectOf(STEPS.fault, { fault: ids(faults) }, ['fault']), allOf: faults.map(faultSchema) },
      objectOf(STEPS.wait),
      objectOf(STEPS.parallel, { parallel: steps }, ['parallel']),
      objectOf(STEPS.command),
    ],
  };
}

const TAKEN: Schema = { $ref: '#/definitions/taken' };

function faultSchema({ id, params, means }: Fault): Schema {
  const selects = Object.values(means).map(({ target }) => objectOf({ ...(target.select as Fields), ...TAKE }));
  const distinct = [...new Map(selects.map((select) => [JSON.stringify(select), select])).values()];
  const select: Schema = { ...(distinct.length === 1 ? distinct[0] : { anyOf: distinct }), allOf: [TAKEN] };
  const needed = [
    ...(hasRequired(params) ? ['with'] : []),
    ...(distinct.every((one) => 'required' in one) ? ['select'] : []),
  ];
  return when('fault', id, {
    properties: { with: objectOf(params), select },
    ...(needed.length > 0 && { required: needed }),
  });
}

function probeSchema({ id, params, output }: Probe): Schema {
  const rules = { number: NUMBER_RULE, text: TEXT_RULE, flag: FLAG_RULE };
  const literals = { number: { type: 'number' }, text: { type: 'string' }, flag: { type: 'boolean' } };
  const fields = Object.entries(output).map(([name, { type, doc }]) => [
    name,
    {
      description: doc,
      anyOf: [literals[type], { ...objectOf(rules[type]), minProperties: 1 }, { $ref: '#/definitions/reference' }],
    },
  ]);
  const quantiles = Object.keys(QUANTILES).map((name) => [name, objectOf(BELOW)]);
  const tolerance = {
    type: 'object',
    minProperties: 1,
    additionalProperties: false,
    properties: {
      success: objectOf(SUCCESS),
      latency: {
        type: 'object',
        minProperties: 1,
        additionalProperties: false,
        properties: Object.fromEntries(quantiles),
      },
      ...Object.fromEntries(fields),
    },
  };
  return when('probe', id, {
    properties: { with: objectOf({ ...params, ...SAMPLING }), tolerance, during: tolerance },
    ...(hasRequired(params) && { required: ['with'] }),
  });
}

const when = (key: string, value: string, then: Schema): Schema => ({
  if: { properties: { [key]: { const: value } }, required: [key] },
  then,
});

/** The schema of a mapping. `inner` replaces what is checked elsewhere; `required` adds to what the fields require. */
function objectOf(
  shape: Fields,
  inner: Readonly<Record<string, Schema>> = {},
  required: readonly string[] = [],
): Schema {
  const properties = Object.entries(shape).map(([key, field]) => {
    const { description } = field;
    return [key, inner[key] ? { ...(description && { description }), ...inner[key] } : leaf(field)];
  });
  const needed = Object.keys(shape).filter((key) => required.includes(key) || (!inner[key] && isRequired(shape[key])));
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(properties),
    ...(needed.length > 0 && { required: needed }),
  };
}

const hasRequired = (shape: Fields): boolean => Object.values(shape).some(isRequired);

const isRequired = (field: z.ZodType | undefined): boolean =>
  field !== undefined && !(field instanceof z.ZodUnknown) && !field.safeParse(undefined).success;

/** A field as zod renders it, with references accepted wherever a form is asked for. */
function leaf(field: z.ZodType): Schema {
  const { $schema: _, ...schema } = z.toJSONSchema(field, { target: 'draft-7', io: 'input', unrepresentable: 'any' });
  return withReferences(schema) as Schema;
}

function withReferences(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withReferences);
  if (schema === null || typeof schema !== 'object') return schema;
  const { description, default: fallback, ...rest } = schema as Record<string, unknown>;
  const words = {
    ...(description !== undefined && { description }),
    ...(fallback !== undefined && { default: fallback }),
  };
  if (isFormed(rest)) return { ...words, anyOf: [rest, { $ref: '#/definitions/reference' }] };
  const inner = Object.entries(rest).map(([key, value]) => [key, NESTED.has(key) ? nested(key, value) : value]);
  return { ...words, ...Object.fromEntries(inner) };
}

const NESTED = new Set(['items', 'additionalProperties', 'properties', 'anyOf', 'oneOf', 'allOf']);

const nested = (key: string, value: unknown): unknown =>
  key === 'properties'
    ? Object.fromEntries(Object.entries(value as object).map(([name, inner]) => [name, withReferences(inner)]))
    : withReferences(value);

/** A single value that not every text is: a number, a choice, a text with a pattern. */
const isFormed = (schema: Record<string, unknown>): boolean =>
  'enum' in schema ||
  'const' in schema ||
  ['number', 'integer', 'boolean'].includes(String(schema.type)) ||
  (schema.type === 'string' && ('pattern' in schema || 'format' in schema));

/** A blueprint knows no references: `anyOf: [form, reference]` is the form again. */
function withoutReferences(schema: unknown): Schema {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (value === null || typeof value !== 'object') return value;
    const { anyOf, ...rest } = value as Record<string, unknown>;
    const kept = Array.isArray(anyOf) ? anyOf.filter((one) => !(one as Schema).$ref) : undefined;
    const inner = Object.fromEntries(Object.entries(rest).map(([key, one]) => [key, walk(one)]));
    if (!kept) return inner;
    return kept.length === 1 ? { ...inner, ...(walk(kept[0]) as object) } : { ...inner, anyOf: kept.map(walk) };
  };
  return walk(schema) as Schema;
}
