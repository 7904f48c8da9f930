import { Fault } from '../services/fault.ts';
import type { Notation } from './structured.ts';

/** The object that a JSON body holds; nothing at all stands for an empty one. */
export function parseJson(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new Fault('SerializationException', 'The body is not JSON.', 400);
  }
}

/** Times as seconds or text, bytes as base64, and the numbers that JSON has not as text. */
export const JSON_NOTATION: Notation = {
  writeTime(time, format) {
    if (format === 'epoch-seconds') return time.getTime() / 1_000;
    return format === 'http-date' ? time.toUTCString() : time.toISOString().replace('.000Z', 'Z');
  },
  readTime(value) {
    const seconds = typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
    if (typeof seconds !== 'number' && typeof seconds !== 'string') return undefined;
    const time = typeof seconds === 'number' ? new Date(seconds * 1_000) : new Date(seconds);
    return Number.isNaN(time.getTime()) ? undefined : time;
  },
  writeBytes: (bytes) => Buffer.from(bytes).toString('base64'),
  readBytes(value) {
    if (typeof value !== 'string') return undefined;
    const bytes = Buffer.from(value, 'base64');
    // What is no base64 is skipped over by Node.
    return bytes.toString('base64') === value ? new Uint8Array(bytes) : undefined;
  },
  writeNumber: (value) => (Number.isFinite(value) ? value : String(value)),
};
