import type { Answer as DecodedRecord } from 'dns-packet';
import { type Part, parseData, type ResourceRecord } from './records.ts';

/** A record that came over the wire, in the form in which it is sent on. Undefined for what is no record (EDNS). */
export function fromDecoded(record: DecodedRecord): ResourceRecord | undefined {
  if (record.type === 'OPT') return undefined;
  const { name, type } = record;
  const ttl = 'ttl' in record && typeof record.ttl === 'number' ? record.ttl : 0;
  const data = dataOf(record);
  return data && { name: name === '.' ? '' : name, type, ttl, data };
}

/** The record's data as people write it: what a CNAME points to, the address of an A. */
export function textOf(record: ResourceRecord): string {
  const part = record.data[0];
  if (part === undefined) return '';
  return Buffer.isBuffer(part) ? [...part].join('.') : part.name;
}

function dataOf(record: DecodedRecord): readonly Part[] | undefined {
  switch (record.type) {
    case 'MX':
      return parseData('MX', `${record.data.preference ?? 0} ${record.data.exchange}`);
    case 'SRV': {
      const { priority = 0, weight = 0, port, target } = record.data;
      return parseData('SRV', `${priority} ${weight} ${port} ${target}`);
    }
    case 'SOA': {
      const { mname, rname, serial, refresh, retry, expire, minimum } = record.data;
      return parseData('SOA', [mname, rname, serial, refresh, retry, expire, minimum].join(' '));
    }
    case 'TXT':
      return [record.data].flat().map((text) => lengthBefore(Buffer.from(text)));
    case 'HINFO':
      return [lengthBefore(Buffer.from(record.data.cpu)), lengthBefore(Buffer.from(record.data.os))];
    case 'CAA':
      return parseData('CAA', `${record.data.flags ?? 0} ${record.data.tag} "${record.data.value}"`);
    default:
      if (!('data' in record)) return undefined;
      if (Buffer.isBuffer(record.data)) return [record.data];
      return typeof record.data === 'string' ? parseData(record.type, record.data) : undefined;
  }
}

const lengthBefore = (text: Buffer): Buffer => Buffer.concat([Buffer.from([Math.min(text.length, 255)]), text]);
