import type { Traits } from '../../aws/catalogue/catalogue.ts';
import { isSimple, type ListShape, type MapShape, type Place, type StructureShape } from './schema.ts';
import { toText } from './text.ts';

/** XML on its way to the wire: what is encoded already, and the text that comes after it. */
interface Out {
  readonly encoded: Buffer[];
  text: string;
}

/** Writes a value as XML. */
export type Writer = (value: unknown, out: Out) => void;

/** The octets of what is written. */
export function written(write: (out: Out) => void): Buffer {
  const out: Out = { encoded: [], text: '' };
  write(out);
  encode(out);
  const [only] = out.encoded;
  return only && out.encoded.length === 1 ? only : Buffer.concat(out.encoded);
}

function encode(out: Out): void {
  if (out.text !== '') out.encoded.push(Buffer.from(out.text));
  out.text = '';
}

/** Text that is safe between tags and in quotes: reserved characters escaped, those that XML forbids replaced. */
export const escapeXml = (text: string): string =>
  UNSAFE.test(text) ? text.replace(ALL_UNSAFE, (c) => ESCAPES[c] ?? '\ufffd') : text;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\r': '&#xD;',
  '\n': '&#xA;',
  '\u0085': '&#x85;',
  '\u2028': '&#x2028;',
};
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML 1.0 forbids.
const UNSAFE = /[&<>"'\r\n\u0085\u2028\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const ALL_UNSAFE = new RegExp(UNSAFE.source, 'g');

const bodies = new WeakMap<StructureShape, Writer>();

/** The writer of a structure's members, without an element around them. Made once per shape. */
export function bodyWriter(shape: StructureShape): Writer {
  const known = bodies.get(shape);
  if (known) return known;
  let plan: readonly { readonly name: string; readonly write: Writer }[] | undefined;
  const writer: Writer = (value, out) => {
    plan ??= shape
      .members()
      .filter(({ traits }) => isInBody(traits) && !traits.xmlAttribute)
      .map((member) => ({ name: member.name, write: elementWriter(member, member.traits.xmlName ?? member.name) }));
    for (const { name, write } of plan) {
      const inner = (value as Record<string, unknown>)[name];
      if (inner !== undefined && inner !== null) write(inner, out);
    }
  };
  bodies.set(shape, writer);
  return writer;
}

/** Whether a member travels in the body, not in the path, the query or a header. */
export const isInBody = (traits: Traits): boolean =>
  !traits.httpHeader && !traits.httpLabel && !traits.httpQuery && !traits.httpPayload && !traits.httpResponseCode;

/** The writer of an element, or of several for a flat list, with that tag. */
export function elementWriter({ shape, traits }: Place, tag: string): Writer {
  const open = `<${tag}${namespace(traits)}>`;
  const close = `</${tag}>`;
  switch (shape.kind) {
    case 'structure':
      return structureWriter(shape, tag, traits);
    case 'list':
      return listWriter(shape, tag, traits);
    case 'map':
      return mapWriter(shape, tag, traits);
    default:
      return (value, out) => {
        out.text += open + escapeXml(toText(shape, value)) + close;
      };
  }
}

function structureWriter(shape: StructureShape, tag: string, traits: Traits): Writer {
  const body = bodyWriter(shape);
  const close = `</${tag}>`;
  let attributes: ReturnType<StructureShape['members']> | undefined;
  const write: Writer = (value, out) => {
    attributes ??= shape.members().filter((member) => member.traits.xmlAttribute);
    let open = `<${tag}${namespace(traits)}`;
    for (const { name, shape: inner, traits: own } of attributes) {
      const attribute = (value as Record<string, unknown>)[name];
      if (attribute === undefined || attribute === null || !isSimple(inner)) continue;
      open += ` ${own.xmlName ?? name}="${escapeXml(toText(inner, attribute))}"`;
    }
    out.text += `${open}>`;
    body(value, out);
    out.text += close;
  };
  return onceWritten(write);
}

/** What is frozen is what it was: its octets are remembered for as long as it is there itself. */
function onceWritten(write: Writer): Writer {
  const remembered = new WeakMap<object, Buffer>();
  return (value, out) => {
    if (!Object.isFrozen(value)) {
      write(value, out);
      return;
    }
    const octets = remembered.get(value as object) ?? written((own) => write(value, own));
    remembered.set(value as object, octets);
    encode(out);
    out.encoded.push(octets);
  };
}

function listWriter(shape: ListShape, tag: string, traits: Traits): Writer {
  const flat = traits.xmlFlattened === 1;
  const [open, close] = flat ? ['', ''] : [`<${tag}${namespace(traits)}>`, `</${tag}>`];
  let write: Writer | undefined;
  return (value, out) => {
    const item = shape.item();
    write ??= elementWriter(item, flat ? tag : (item.traits.xmlName ?? 'member'));
    out.text += open;
    for (const inner of value as readonly unknown[]) if (inner !== undefined && inner !== null) write(inner, out);
    out.text += close;
  };
}

function mapWriter(shape: MapShape, tag: string, traits: Traits): Writer {
  const flat = traits.xmlFlattened === 1;
  const [open, close] = flat ? ['', ''] : [`<${tag}${namespace(traits)}>`, `</${tag}>`];
  return (value, out) => {
    const writeKey = elementWriter(shape.key(), shape.key().traits.xmlName ?? 'key');
    const writeValue = elementWriter(shape.value(), shape.value().traits.xmlName ?? 'value');
    const entry = flat ? tag : 'entry';
    out.text += open;
    for (const [key, inner] of Object.entries(value as object)) {
      if (inner === undefined || inner === null) continue;
      out.text += `<${entry}>`;
      writeKey(key, out);
      writeValue(inner, out);
      out.text += `</${entry}>`;
    }
    out.text += close;
  };
}

const namespace = ({ xmlNamespace }: Traits): string =>
  xmlNamespace ? ` xmlns${xmlNamespace[0] ? `:${xmlNamespace[0]}` : ''}="${xmlNamespace[1]}"` : '';
