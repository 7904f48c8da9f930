import { decode, encode, Tagged } from 'cborg';
import { Fault } from '../services/fault.ts';
import type { Notation } from './structured.ts';

/** The tag of a time: seconds since 1970. */
const TIME = 1;

/** The object that a CBOR body holds; nothing at all stands for an empty one. */
export function parseCbor(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return decode(body, { tags: Tagged.preserve(TIME), rejectDuplicateMapKeys: true });
  } catch {
    // Deep nesting ends here too: it exhausts the stack of the decoder.
    throw new Fault('SerializationException', 'The body is not CBOR that can be read.', 400);
  }
}

export const serializeCbor = (value: unknown): Buffer => Buffer.from(encode(value));

/** Times as tagged seconds; bytes and all numbers as they are. */
export const CBOR_NOTATION: Notation = {
  writeTime: (time) => new Tagged(TIME, time.getTime() / 1_000),
  readTime(value) {
    const seconds: unknown = value instanceof Tagged ? value.value : value;
    const time = new Date(
      typeof seconds === 'number' || typeof seconds === 'bigint' ? Number(seconds) * 1_000 : Number.NaN,
    );
    return Number.isNaN(time.getTime()) ? undefined : time;
  },
  writeBytes: (bytes) => bytes,
  readBytes: (value) => (value instanceof Uint8Array ? value : undefined),
  writeNumber: (value) => value,
};
