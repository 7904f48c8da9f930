/** Records as Route 53 keeps them (text) and as the wire carries them (parts). */

/** One piece of record data: octets, or a domain name, which may be compressed where the type is an old one. */
export type Part = Buffer | { readonly name: string; readonly compress: boolean };

export interface ResourceRecord {
  readonly name: string;
  readonly type: string;
  readonly ttl: number;
  readonly data: readonly Part[];
}

export const TYPES = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  HINFO: 13,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  SPF: 99,
  ANY: 255,
  CAA: 257,
} as const;

/** The data of a record in parts, or undefined when the text is not what its type asks for. */
export function parseData(type: string, value: string): readonly Part[] | undefined {
  return PARSERS[type]?.(value.trim());
}

/** The data of an A record. */
export const addressData = (address: string): readonly Part[] => [Buffer.from(address.split('.').map(Number))];

/** What every query of type ANY is answered with (RFC 8482). */
export const anyAnswer = (name: string): ResourceRecord => ({
  name,
  type: 'HINFO',
  ttl: 3600,
  data: [characterString('RFC8482'), characterString('')],
});

/** The seconds for which a resolver may remember a negative answer: min(TTL of the SOA, its last field). */
export function negativeTtlOf(soa: ResourceRecord): number {
  const numbers = soa.data[2];
  const minimum = Buffer.isBuffer(numbers) && numbers.length === 20 ? numbers.readUInt32BE(16) : soa.ttl;
  return Math.min(soa.ttl, minimum);
}

const PARSERS: Record<string, (value: string) => readonly Part[] | undefined> = {
  A: (value) => (/^\d{1,3}(\.\d{1,3}){3}$/.test(value) ? addressData(value) : undefined),
  AAAA: (value) => {
    const bytes = ipv6(value);
    return bytes && [bytes];
  },
  CNAME: (value) => [domain(value)],
  NS: (value) => [domain(value)],
  PTR: (value) => [domain(value)],
  MX: (value) => numbersThenName(value, 1),
  SRV: (value) => numbersThenName(value, 3),
  TXT: (value) => strings(value),
  SPF: (value) => strings(value),
  SOA: soa,
  CAA: caa,
};

const domain = (name: string, compress = true): Part => ({ name: withoutDot(name), compress });

export const withoutDot = (name: string): string => (name.endsWith('.') ? name.slice(0, -1) : name);

/** Names that newer types carry are never compressed (RFC 3597), hence not the target of an SRV. */
function numbersThenName(value: string, count: number): readonly Part[] | undefined {
  const fields = value.split(/\s+/);
  const numbers = fields.slice(0, count).map(Number);
  const name = fields[count];
  if (name === undefined || numbers.some((n) => !(n >= 0 && n <= 65_535))) return undefined;
  const head = Buffer.alloc(2 * count);
  numbers.forEach((number, index) => {
    head.writeUInt16BE(number, 2 * index);
  });
  return [head, domain(name, count === 1)];
}

function soa(value: string): readonly Part[] | undefined {
  const [primary, mailbox, ...rest] = value.split(/\s+/);
  const numbers = rest.map(Number);
  if (primary === undefined || mailbox === undefined || numbers.length !== 5) return undefined;
  if (numbers.some((n) => !(n >= 0 && n <= 0xffffffff))) return undefined;
  const tail = Buffer.alloc(20);
  numbers.forEach((number, index) => {
    tail.writeUInt32BE(number, 4 * index);
  });
  return [domain(primary), domain(mailbox), tail];
}

/** `"one" "two"`, with `\"`, `\\` and `\ooo` (octal) as Route 53 writes them; a bare word is one string. */
function strings(value: string): readonly Part[] | undefined {
  const quoted = [...value.matchAll(/"((?:[^"\\]|\\.)*)"/gs)].map((match) => match[1] ?? '');
  const all = quoted.length > 0 ? quoted : [value];
  const decoded = all.map((text) =>
    text.replace(/\\(?:([0-7]{3})|(.))/gs, (_all, octal: string | undefined, character: string | undefined) =>
      octal === undefined ? (character ?? '') : String.fromCharCode(Number.parseInt(octal, 8)),
    ),
  );
  return decoded.some((text) => Buffer.byteLength(text, 'latin1') > 255) ? undefined : decoded.map(characterString);
}

function characterString(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

function caa(value: string): readonly Part[] | undefined {
  const match = /^(\d+)\s+([A-Za-z0-9]+)\s+"?([^"]*)"?$/.exec(value);
  if (!match || Number(match[1]) > 255) return undefined;
  return [
    Buffer.from([Number(match[1])]),
    characterString((match[2] ?? '').toLowerCase()),
    Buffer.from(match[3] ?? '', 'latin1'),
  ];
}

function ipv6(value: string): Buffer | undefined {
  const halves = value.split('::');
  if (halves.length > 2 || !/^[0-9a-fA-F:]+$/.test(value)) return undefined;
  const [left, right] = halves.map((half) => half.split(':').filter((group) => group !== ''));
  const gap = 8 - (left?.length ?? 0) - (right?.length ?? 0);
  if (gap < 0 || (halves.length === 1 && gap !== 0)) return undefined;
  const groups = [...(left ?? []), ...Array<string>(gap).fill('0'), ...(right ?? [])];
  const bytes = Buffer.alloc(16);
  for (const [index, group] of groups.entries()) {
    if (group.length > 4) return undefined;
    bytes.writeUInt16BE(Number.parseInt(group, 16), 2 * index);
  }
  return bytes;
}
