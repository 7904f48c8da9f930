import { type Fields, fields } from '../kernel/schema.ts';
import { DURATION, RATE, SHARE } from '../kernel/units.ts';

/** A declared field as help shows it. */
export interface FieldView {
  readonly name: string;
  /** What is written there: `text`, `duration`, `one of: a, b`. */
  readonly form: string;
  readonly doc: string;
  readonly required: boolean;
  readonly default: unknown;
}

interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly allOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
}

/** The fields of a declaration, in the order in which they were declared. */
export function describeFields(shape: Fields): FieldView[] {
  const schema = fields(shape).toJSONSchema({ io: 'input', target: 'draft-7', unrepresentable: 'any' }) as JsonSchema;
  return Object.entries(schema.properties ?? {}).map(([name, field]) => ({
    name,
    form: formOf(field),
    doc: field.description ?? '',
    required: schema.required?.includes(name) ?? false,
    default: field.default ?? null,
  }));
}

function formOf(field: JsonSchema): string {
  const parts = [field, ...(field.allOf ?? []), ...(field.anyOf ?? [])];
  const choices = parts.find((part) => part.enum)?.enum;
  if (choices) return `one of: ${choices.join(', ')}`;
  const patterns = parts.flatMap(({ pattern }) => pattern ?? []);
  if (patterns.includes(DURATION.source)) return 'duration';
  if (patterns.includes(SHARE.source)) return 'percentage';
  if (patterns.includes(RATE.source)) return 'rate';
  return FORMS[parts.find(({ type }) => type)?.type ?? ''] ?? 'value';
}

const FORMS: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  array: 'list',
  object: 'mapping',
};
