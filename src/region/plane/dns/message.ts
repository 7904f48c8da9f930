import dnsPacket from 'dns-packet';
import { type ResourceRecord, TYPES } from './records.ts';

export interface Question {
  /** As asked: mixed case is kept and given back. */
  readonly name: string;
  readonly type: string;
}

export interface Query {
  readonly id: number;
  readonly recursionDesired: boolean;
  readonly question: Question;
  /** The size of answer over UDP that the asker takes: 512 without EDNS. */
  readonly udpSize: number;
  readonly edns: boolean;
}

export type Code = 'NOERROR' | 'FORMERR' | 'SERVFAIL' | 'NXDOMAIN' | 'NOTIMP' | 'REFUSED';
const CODES: readonly Code[] = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];

export interface Answer {
  readonly code: Code;
  readonly authoritative: boolean;
  readonly answers: readonly ResourceRecord[];
  readonly authority: readonly ResourceRecord[];
}

/** The largest answer sent over UDP, whatever the asker offers: it passes every path unfragmented. */
const LARGEST_UDP = 1232;
const RESPONSE = 0x8000;
const AUTHORITATIVE = 0x0400;
const TRUNCATED = 0x0200;
const RECURSION_DESIRED = 0x0100;
const RECURSION_AVAILABLE = 0x0080;

/** A query, or the code to refuse it with, or `drop` for what deserves no answer. Never throws. */
export function readQuery(packet: Buffer): Query | Code | 'drop' {
  if (packet.length < 12 || (packet[2] ?? 0) & 0x80) return 'drop';
  if (((packet[2] ?? 0) >> 3) & 0x0f) return 'NOTIMP';
  if (packet.readUInt16BE(4) !== 1) return 'FORMERR';
  try {
    const decoded = dnsPacket.decode(packet);
    const question = decoded.questions?.[0];
    if (!question) return 'FORMERR';
    if ((question.class ?? 'IN') !== 'IN') return 'REFUSED';
    const option = decoded.additionals?.find((record) => record.type === 'OPT');
    const offered = option && 'udpPayloadSize' in option ? Number(option.udpPayloadSize) : 512;
    return {
      id: packet.readUInt16BE(0),
      recursionDesired: (packet.readUInt16BE(2) & RECURSION_DESIRED) !== 0,
      question: { name: question.name === '.' ? '' : question.name, type: question.type },
      udpSize: Math.min(Math.max(offered, 512), LARGEST_UDP),
      edns: option !== undefined,
    };
  } catch {
    return 'FORMERR';
  }
}

/** An answer without a question: all that can be said to a packet that cannot be understood. */
export function refusal(packet: Buffer, code: Code): Buffer {
  const header = Buffer.alloc(12);
  packet.copy(header, 0, 0, 2);
  header.writeUInt16BE(RESPONSE | (packet.readUInt16BE(2) & 0x7900) | CODES.indexOf(code), 2);
  return header;
}

/**
 * The answer as octets, with names compressed. Over UDP an answer that does not fit is sent without records and
 * marked as truncated, so that the asker comes again over TCP.
 */
export function writeAnswer(query: Query, answer: Answer, over: 'udp' | 'tcp', recursive: boolean): Buffer {
  const whole = write(query, answer, recursive, false);
  const limit = over === 'udp' ? query.udpSize : 65_535;
  return whole.length <= limit ? whole : write(query, { ...answer, answers: [], authority: [] }, recursive, true);
}

function write(query: Query, answer: Answer, recursive: boolean, truncated: boolean): Buffer {
  const writer = new Writer();
  const flags =
    RESPONSE |
    (answer.authoritative ? AUTHORITATIVE : 0) |
    (truncated ? TRUNCATED : 0) |
    (query.recursionDesired ? RECURSION_DESIRED : 0) |
    (recursive ? RECURSION_AVAILABLE : 0) |
    CODES.indexOf(answer.code);
  for (const field of [query.id, flags, 1, answer.answers.length, answer.authority.length, query.edns ? 1 : 0]) {
    writer.uint16(field);
  }
  writer.name(query.question.name, true);
  writer.uint16(typeNumber(query.question.type));
  writer.uint16(1);
  for (const record of [...answer.answers, ...answer.authority]) writer.record(record);
  if (query.edns) writer.bytes(Buffer.from([0, 0, 41, LARGEST_UDP >> 8, LARGEST_UDP & 255, 0, 0, 0, 0, 0, 0]));
  return writer.done();
}

/** Types that have no name here are `UNKNOWN_<number>` to the decoder. */
function typeNumber(type: string): number {
  const known: Record<string, number> = TYPES;
  if (known[type] !== undefined) return known[type];
  const unknown = /^UNKNOWN_(\d+)$/.exec(type);
  if (unknown) return Number(unknown[1]);
  const encoded = dnsPacket.encode({ type: 'query', questions: [{ type: type as 'A', name: '' }] });
  return encoded.readUInt16BE(13);
}

/** Writes a message; remembers where each name began, so that its next occurrence is two octets (RFC 1035, 4.1.4). */
class Writer {
  #buffer = Buffer.allocUnsafe(1024);
  #length = 0;
  readonly #names = new Map<string, number>();

  bytes(data: Buffer): void {
    this.#room(data.length);
    data.copy(this.#buffer, this.#length);
    this.#length += data.length;
  }

  uint16(value: number): void {
    this.#room(2);
    this.#buffer.writeUInt16BE(value & 0xffff, this.#length);
    this.#length += 2;
  }

  uint32(value: number): void {
    this.uint16(value >>> 16);
    this.uint16(value & 0xffff);
  }

  name(name: string, compress: boolean): void {
    const labels = name === '' ? [] : name.split('.');
    for (let index = 0; index < labels.length; index++) {
      const rest = labels.slice(index).join('.').toLowerCase();
      const seen = this.#names.get(rest);
      if (compress && seen !== undefined) {
        this.uint16(0xc000 | seen);
        return;
      }
      if (seen === undefined && this.#length < 0x4000) this.#names.set(rest, this.#length);
      const label = Buffer.from(labels[index] ?? '', 'utf8').subarray(0, 63);
      this.bytes(Buffer.from([label.length]));
      this.bytes(label);
    }
    this.bytes(Buffer.from([0]));
  }

  record({ name, type, ttl, data }: ResourceRecord): void {
    this.name(name, true);
    this.uint16(typeNumber(type));
    this.uint16(1);
    this.uint32(ttl);
    const at = this.#length;
    this.uint16(0);
    for (const part of data) {
      if (Buffer.isBuffer(part)) this.bytes(part);
      else this.name(part.name, part.compress);
    }
    this.#buffer.writeUInt16BE(this.#length - at - 2, at);
  }

  done(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  #room(more: number): void {
    if (this.#length + more <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.#length + more));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}
