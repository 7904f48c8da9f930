import type { Element } from './read-xml.ts';
import { isSimple, type MapShape, type Place, type StructureShape } from './schema.ts';
import { fromText } from './text.ts';
import { isInBody } from './write-xml.ts';

/** The value of a structure that an element holds. Unknown elements are ignored. */
export function decodeStructure(shape: StructureShape, element: Element): Record<string, unknown> {
  const decoded: Record<string, unknown> = {};
  for (const member of shape.members()) {
    if (!isInBody(member.traits)) continue;
    const value = decodeMember(member, member.traits.xmlName ?? member.name, element);
    if (value !== undefined) decoded[member.name] = value;
  }
  return decoded;
}

function decodeMember({ shape, traits }: Place, tag: string, element: Element): unknown {
  if (traits.xmlAttribute) {
    const attribute = Object.hasOwn(element.attributes, tag) ? element.attributes[tag] : undefined;
    return attribute === undefined || !isSimple(shape) ? undefined : fromText(shape, attribute, tag);
  }
  const found = element.children.filter(({ name }) => name === tag);
  const [first] = found;
  if (!first) return undefined;
  if (traits.xmlFlattened && shape.kind === 'list') return found.map((item) => decodeElement(shape.item(), item));
  if (traits.xmlFlattened && shape.kind === 'map') return Object.fromEntries(found.map((entry) => pair(shape, entry)));
  return decodeElement({ shape, traits }, first);
}

function decodeElement({ shape }: Place, element: Element): unknown {
  switch (shape.kind) {
    case 'structure':
      return decodeStructure(shape, element);
    case 'list': {
      const item = shape.item();
      const tag = item.traits.xmlName ?? 'member';
      return element.children.filter(({ name }) => name === tag).map((child) => decodeElement(item, child));
    }
    case 'map':
      return Object.fromEntries(element.children.map((entry) => pair(shape, entry)));
    default:
      return fromText(shape, element.text, element.name);
  }
}

function pair(shape: MapShape, entry: Element): [string, unknown] {
  const [key, value] = [shape.key(), shape.value()];
  const child = (tag: string) => entry.children.find(({ name }) => name === tag);
  const held = child(value.traits.xmlName ?? 'value');
  return [child(key.traits.xmlName ?? 'key')?.text ?? '', held && decodeElement(value, held)];
}
