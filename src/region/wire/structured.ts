import { Fault } from '../services/fault.ts';
import type { Place, SimpleShape, StructureShape, TimestampFormat } from './schema.ts';

/** What JSON and CBOR write differently: the kinds of values that only one of them has. */
export interface Notation {
  readonly writeTime: (time: Date, format: TimestampFormat) => unknown;
  /** Undefined for what is no time or no bytes in this notation. */
  readonly readTime: (value: unknown) => Date | undefined;
  readonly writeBytes: (bytes: Uint8Array) => unknown;
  readonly readBytes: (value: unknown) => Uint8Array | undefined;
  readonly writeNumber: (value: number) => unknown;
}

type Values = Record<string, unknown>;
type Chosen = (place: Place) => boolean;

const MAX_DEPTH = 128;
const all: Chosen = () => true;

/**
 * The value of a structure that a parsed body holds. Unknown members are ignored, members that are null are absent.
 * Throws a `SerializationException` fault for what does not fit the shape. `chosen` says which members of the outermost
 * structure are in the body.
 */
export function readStructure(shape: StructureShape, value: unknown, notation: Notation, chosen = all): Values {
  return new Reader(notation).structure(shape, value, '', chosen, 0);
}

/** The body for a value, ready to be serialised. */
export function writeStructure(shape: StructureShape, value: unknown, notation: Notation, chosen = all): Values {
  const written: Values = {};
  for (const member of shape.members()) {
    const inner = (value as Values)[member.name];
    if (inner === undefined || inner === null || !chosen(member)) continue;
    written[member.name] = write(member, inner, notation);
  }
  return written;
}

function write({ shape }: Place, value: unknown, notation: Notation): unknown {
  switch (shape.kind) {
    case 'structure':
      return writeStructure(shape, value, notation);
    case 'list': {
      const item = shape.item();
      return (value as readonly unknown[]).map((inner) => write(item, inner, notation));
    }
    case 'map': {
      const place = shape.value();
      const entries = Object.entries(value as object).filter(([, inner]) => inner !== undefined && inner !== null);
      return Object.fromEntries(entries.map(([key, inner]) => [key, write(place, inner, notation)]));
    }
    case 'timestamp': {
      const time = value instanceof Date ? value : new Date(value as string | number);
      return notation.writeTime(time, shape.format ?? 'epoch-seconds');
    }
    case 'blob':
      return notation.writeBytes(typeof value === 'string' ? Buffer.from(value, 'base64') : (value as Uint8Array));
    case 'number':
      return notation.writeNumber(value as number);
    default:
      return value;
  }
}

/** Walks a parsed body along a shape. */
class Reader {
  readonly #notation: Notation;

  constructor(notation: Notation) {
    this.#notation = notation;
  }

  structure(shape: StructureShape, value: unknown, where: string, chosen: Chosen, depth: number): Values {
    const given = record(value, where);
    const decoded: Values = {};
    for (const member of shape.members()) {
      const inner = Object.hasOwn(given, member.name) ? given[member.name] : undefined;
      if (inner === undefined || inner === null || !chosen(member)) continue;
      decoded[member.name] = this.#value(member, inner, `${where}/${member.name}`, depth + 1);
    }
    if (shape.isUnion && Object.keys(decoded).length !== 1)
      throw wrong(where, 'an object with exactly one known member');
    return decoded;
  }

  #value({ shape }: Place, value: unknown, where: string, depth: number): unknown {
    if (depth > MAX_DEPTH) throw new Fault('SerializationException', 'The body is nested too deep.', 400);
    switch (shape.kind) {
      case 'structure':
        return this.structure(shape, value, where, all, depth);
      case 'list': {
        if (!Array.isArray(value)) throw wrong(where, 'a list');
        const [item, items] = [shape.item(), value.filter((inner) => inner !== null && inner !== undefined)];
        return items.map((inner, k) => this.#value(item, inner, `${where}/${k}`, depth + 1));
      }
      case 'map': {
        const place = shape.value();
        const entries = Object.entries(record(value, where)).filter(([, inner]) => inner !== null);
        return Object.fromEntries(
          entries.map(([key, inner]) => [key, this.#value(place, inner, `${where}/${key}`, depth + 1)]),
        );
      }
      default:
        return this.#simple(shape, value, where);
    }
  }

  #simple({ kind }: SimpleShape, value: unknown, where: string): unknown {
    switch (kind) {
      case 'number':
        if (typeof value === 'bigint' || (typeof value === 'string' && NOT_FINITE.test(value))) return Number(value);
        if (typeof value !== 'number') throw wrong(where, 'a number');
        return value;
      case 'timestamp':
        return this.#notation.readTime(value) ?? fail(where, 'a time');
      case 'blob':
        return this.#notation.readBytes(value) ?? fail(where, 'bytes');
      default:
        // oxlint-disable-next-line valid-typeof
        if (typeof value !== kind) throw wrong(where, kind === 'string' ? 'a string' : 'true or false');
        return value;
    }
  }
}

const NOT_FINITE = /^(?:NaN|-?Infinity)$/;

function record(value: unknown, where: string): Values {
  if (value === null || typeof value !== 'object' || Array.isArray(value) || ArrayBuffer.isView(value)) {
    throw wrong(where, 'an object');
  }
  return value as Values;
}

function fail(where: string, wanted: string): never {
  throw wrong(where, wanted);
}

const wrong = (where: string, wanted: string) =>
  new Fault('SerializationException', `${where.slice(0, 200) || 'The body'} is not ${wanted}.`, 400);
