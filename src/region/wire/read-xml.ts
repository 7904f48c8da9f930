import { Fault } from '../services/fault.ts';

/** An element of a document. Namespace prefixes are dropped. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

const MAX_DEPTH = 64;
const TOKEN = new RegExp(
  [
    /<!\[CDATA\[(?<cdata>[\s\S]*?)\]\]>/,
    /<!--[\s\S]*?-->/,
    /<\?[\s\S]*?\?>/,
    /<(?<declaration>!)/,
    /<\/(?<close>[^\s<>]+)\s*>/,
    /<(?<open>[^\s<>/!?=]+)(?<attributes>(?:\s+[^\s<>/=]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(?<empty>\/?)>/,
    /(?<text>[^<]+)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'y',
);

/**
 * Reads one well-formed document. Refuses a DOCTYPE, entities of its own and deep nesting: what a document could do harm
 * with. Throws a `MalformedInput` fault.
 */
export function readXml(source: string): Element {
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const at = TOKEN.lastIndex;
    const groups = TOKEN.exec(source)?.groups;
    if (!groups) throw malformed(`unexpected text at offset ${at}`);
    take(groups, open);
  }
  const [only, ...more] = root.children;
  if (open.length !== 1 || !only || more.length > 0) throw malformed('it is not one document');
  return only;
}

function take(groups: Partial<Record<string, string>>, open: Element[]): void {
  const top = open.at(-1);
  if (!top) return;
  const { cdata, declaration, close, attributes, empty, text } = groups;
  if (declaration !== undefined) throw malformed('a DOCTYPE is not allowed');
  if (cdata !== undefined) top.text += cdata;
  if (text !== undefined && open.length > 1) top.text += decodeEntities(text);
  if (text !== undefined && open.length === 1 && text.trim() !== '')
    throw malformed('there is text outside the document');
  if (close !== undefined) {
    if (open.length < 2 || top.name !== localName(close)) throw malformed(`unexpected </${close.slice(0, 50)}>`);
    open.pop();
  }
  if (groups.open === undefined) return;
  const element = {
    name: localName(groups.open),
    attributes: readAttributes(attributes ?? ''),
    children: [],
    text: '',
  };
  top.children.push(element);
  if (empty === '') open.push(element);
  if (open.length > MAX_DEPTH) throw malformed('it is nested too deep');
}

function readAttributes(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)];
  return Object.fromEntries(pairs.map(([, name, double, single]) => [name, decodeEntities(double ?? single ?? '')]));
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(#x[0-9a-fA-F]{1,6}|#\d{1,7}|\w{1,32})?;?/g, (whole, entity: string | undefined) => {
    const known = entity !== undefined && whole.endsWith(';') ? decodeEntity(entity) : undefined;
    if (known === undefined) throw malformed(`unknown entity ${whole.slice(0, 40)}`);
    return known;
  });
}

function decodeEntity(entity: string): string | undefined {
  if (!entity.startsWith('#')) return Object.hasOwn(ENTITIES, entity) ? ENTITIES[entity] : undefined;
  const code = entity[1] === 'x' ? Number.parseInt(entity.slice(2), 16) : Number.parseInt(entity.slice(1), 10);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

const localName = (name: string) => name.slice(name.indexOf(':') + 1);
const malformed = (why: string) => new Fault('MalformedInput', `The body is not XML that can be read: ${why}.`, 400);
