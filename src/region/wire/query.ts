import { Fault } from '../services/fault.ts';
import type { Member, Place, StructureShape } from './schema.ts';
import { fromText } from './text.ts';

/** What distinguishes EC2's query protocol from the other one: names, and lists that are always flat. */
export type QueryDialect = 'ec2Query' | 'awsQuery';

/** The fields of a form, percent-decoded. Later fields of a name replace earlier ones. */
export function parseForm(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const part of text.split('&')) {
    if (part === '') continue;
    const at = part.indexOf('=');
    const [name, value] = at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
    fields.set(decode(name), decode(value));
  }
  return fields;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new Fault('MalformedQueryString', 'The query string is malformed.', 400);
  }
}

/** The input that the fields of a form hold, as the shape of an operation's input says. Unknown fields are ignored. */
export function decodeQuery(
  shape: StructureShape,
  fields: ReadonlyMap<string, string>,
  dialect: QueryDialect,
): Decoded {
  const root = new Branch();
  for (const [name, value] of fields) {
    if (name === 'Action' || name === 'Version') continue;
    const parts = name.split('.');
    if (parts.length > MAX_DEPTH) throw new Fault('MalformedQueryString', 'Parameters are nested too deep.', 400);
    parts.reduce((branch, part) => branch.grow(part), root).value = value;
  }
  return readStructure(shape, root, '', dialect);
}

export type Decoded = Record<string, unknown>;

const MAX_DEPTH = 32;

/** The dotted names of a form as a tree: `Filter.1.Name` is three branches. */
class Branch {
  value: string | undefined;
  readonly children = new Map<string, Branch>();

  grow(name: string): Branch {
    const present = this.children.get(name);
    if (present) return present;
    const fresh = new Branch();
    this.children.set(name, fresh);
    return fresh;
  }
}

function readStructure(shape: StructureShape, branch: Branch, path: string, dialect: QueryDialect): Decoded {
  const decoded: Decoded = {};
  const members = membersByKey(shape, dialect);
  for (const [key, child] of branch.children) {
    const member = members.get(key);
    const value = member && readValue(member, child, path + key, dialect);
    if (member && value !== undefined) decoded[member.name] = value;
  }
  return decoded;
}

function readValue({ shape, traits }: Place, branch: Branch, path: string, dialect: QueryDialect): unknown {
  switch (shape.kind) {
    case 'structure':
      return readStructure(shape, branch, `${path}.`, dialect);
    case 'list': {
      if (branch.children.size === 0) return branch.value === '' ? [] : undefined;
      const item = shape.item();
      const flat = dialect === 'ec2Query' || traits.xmlFlattened;
      const wrapped = branch.children.get(item.traits.xmlName ?? 'member') ?? branch.children.get('member');
      const from = flat && numbered(branch).length > 0 ? branch : (wrapped ?? branch);
      return numbered(from).flatMap(([k, child]) => readValue(item, child, `${path}.${k}`, dialect) ?? []);
    }
    case 'map': {
      if (branch.children.size === 0) return branch.value === '' ? {} : undefined;
      const [key, value] = [shape.key(), shape.value()];
      const from = traits.xmlFlattened ? branch : (branch.children.get('entry') ?? branch);
      const entries = numbered(from).flatMap(([k, { children }]) => {
        const name = children.get(key.traits.xmlName ?? 'key')?.value;
        const child = children.get(value.traits.xmlName ?? 'value');
        return name === undefined || !child ? [] : [[name, readValue(value, child, `${path}.${k}`, dialect)] as const];
      });
      return Object.fromEntries(entries);
    }
    default:
      return branch.value === undefined ? undefined : fromText(shape, branch.value, path);
  }
}

/** The children whose names are numbers, in their order. */
const numbered = ({ children }: Branch): (readonly [number, Branch])[] =>
  [...children]
    .filter(([name]) => /^\d{1,9}$/.test(name))
    .map(([name, child]) => [Number(name), child] as const)
    .sort(([a], [b]) => a - b);

const plans: Record<QueryDialect, WeakMap<StructureShape, ReadonlyMap<string, Member>>> = {
  ec2Query: new WeakMap(),
  awsQuery: new WeakMap(),
};

function membersByKey(shape: StructureShape, dialect: QueryDialect): ReadonlyMap<string, Member> {
  const known = plans[dialect].get(shape);
  if (known) return known;
  // Of two members with one key, such as SQS's two names for the attributes of a message, the older one gets the value.
  const plan = new Map([...shape.members()].reverse().map((member) => [keyOf(member, dialect), member]));
  plans[dialect].set(shape, plan);
  return plan;
}

function keyOf({ name, traits }: Member, dialect: QueryDialect): string {
  const key = traits.xmlName ?? name;
  return dialect === 'ec2Query' ? (traits.ec2QueryName ?? key.charAt(0).toUpperCase() + key.slice(1)) : key;
}
