import { Fault } from '../services/fault.ts';
import type { SimpleShape, TimestampFormat } from './schema.ts';

/** A single value as text: in forms, XML, headers, paths. */
export function toText(
  { kind, format }: SimpleShape,
  value: unknown,
  byDefault: TimestampFormat = 'date-time',
): string {
  if (kind === 'timestamp') return timestampText(value, format ?? byDefault);
  if (kind === 'blob') return typeof value === 'string' ? value : Buffer.from(value as Uint8Array).toString('base64');
  return String(value);
}

/** The value of a text. `where` names the parameter in the error that refuses a wrong one. */
export function fromText({ kind }: SimpleShape, text: string, where: string): unknown {
  switch (kind) {
    case 'string':
      return text;
    case 'number': {
      const value = Number(text);
      if (text.trim() === '' || (Number.isNaN(value) && text !== 'NaN')) throw wrongValue(text, where, 'a number');
      return value;
    }
    case 'boolean': {
      const lower = text.toLowerCase();
      if (lower !== 'true' && lower !== 'false') throw wrongValue(text, where, 'true or false');
      return lower === 'true';
    }
    case 'blob':
      return new Uint8Array(Buffer.from(text, 'base64'));
    case 'timestamp': {
      const date = /^-?\d+(?:\.\d+)?$/.test(text) ? new Date(Number(text) * 1_000) : new Date(text);
      if (Number.isNaN(date.getTime())) throw wrongValue(text, where, 'a time');
      return date;
    }
  }
}

function timestampText(value: unknown, format: TimestampFormat): string {
  const date = value instanceof Date ? value : new Date(value as string | number);
  if (format === 'http-date') return date.toUTCString();
  return format === 'epoch-seconds' ? String(date.getTime() / 1_000) : date.toISOString().replace('.000Z', 'Z');
}

const wrongValue = (text: string, where: string, wanted: string) =>
  new Fault(
    'InvalidParameterValue',
    `Value (${text.slice(0, 100)}) for parameter ${where} is invalid: it must be ${wanted}.`,
  );
