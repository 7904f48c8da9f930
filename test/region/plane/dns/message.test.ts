import dnsPacket from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Query, readQuery, refusal, writeAnswer } from '../../../../src/region/plane/dns/message.ts';
import { addressData, parseData, type ResourceRecord } from '../../../../src/region/plane/dns/records.ts';
import { queryPacket } from './ask-server.ts';

const label = fc.stringMatching(/^[a-zA-Z0-9]([a-zA-Z0-9-]{0,12}[a-zA-Z0-9])?$/);
const name = fc.array(label, { minLength: 1, maxLength: 6 }).map((labels) => labels.join('.'));
const address = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)).map((octets) => octets.join('.'));
const query = (asked: string): Query => ({
  id: 1,
  recursionDesired: true,
  question: { name: asked, type: 'A' },
  udpSize: 512,
  edns: false,
});

describe('the encoder', () => {
  test('what it writes, another decoder reads, whatever names share their ends', () => {
    fc.assert(
      fc.property(name, fc.array(fc.tuple(name, name, address), { maxLength: 12 }), (zone, rows) => {
        const records: ResourceRecord[] = rows.flatMap(([host, other, ip]) => [
          { name: `${host}.${zone}`, type: 'A', ttl: 60, data: addressData(ip) },
          {
            name: `${other}.${host}.${zone}`,
            type: 'CNAME',
            ttl: 60,
            data: [{ name: `${host}.${zone}`, compress: true }],
          },
          { name: zone, type: 'SRV', ttl: 60, data: parseData('SRV', `1 2 3 ${other}.${zone}`) ?? [] },
        ]);
        const answer = { code: 'NOERROR' as const, authoritative: true, answers: records, authority: [] };
        const decoded = dnsPacket.decode(writeAnswer(query(zone), answer, 'tcp', false));
        expect(decoded.answers?.map((record) => [record.name.toLowerCase(), record.type])).toEqual(
          records.map((record) => [record.name.toLowerCase(), record.type]),
        );
        const targets = decoded.answers?.flatMap((record) => (record.type === 'SRV' ? record.data.target : []));
        expect(targets).toEqual(rows.map(([, other]) => `${other}.${zone}`));
        expect(decoded.answers?.flatMap((record) => (record.type === 'A' ? record.data : []))).toEqual(
          rows.map(([, , ip]) => ip),
        );
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test('an answer over UDP is never longer than the asker takes', () => {
    fc.assert(
      fc.property(name, fc.nat(80), fc.integer({ min: 512, max: 1232 }), (zone, count, udpSize) => {
        const answers = Array.from({ length: count }, () => ({
          name: zone,
          type: 'A',
          ttl: 1,
          data: addressData('1.2.3.4'),
        }));
        const said = { code: 'NOERROR' as const, authoritative: true, answers, authority: [] };
        const written = writeAnswer({ ...query(zone), udpSize, edns: true }, said, 'udp', false);
        expect(written.length).toBeLessThanOrEqual(udpSize);
        const decoded = dnsPacket.decode(written);
        expect(decoded.flag_tc).toBe(decoded.answers?.length !== count);
      }),
      { seed: 2, numRuns: 200 },
    );
  });
});

describe('the reader', () => {
  test('no packet makes it throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        const packet = Buffer.from(bytes);
        const read = readQuery(packet);
        if (typeof read === 'string' && read !== 'drop') expect(refusal(packet, read)).toHaveLength(12);
      }),
      { seed: 3, numRuns: 2_000 },
    );
  });

  test('no query with a few octets changed makes it throw, or its answer unwritable', () => {
    const good = queryPacket('www.shop.test', 'A', 1232);
    const change = fc.tuple(fc.nat(good.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), fc.nat(good.length), (changes, cut) => {
        const packet = Buffer.from(good.subarray(0, cut || good.length));
        for (const [at, value] of changes) if (at < packet.length) packet[at] = value;
        const read = readQuery(packet);
        if (typeof read === 'string') return;
        const written = writeAnswer(
          read,
          { code: 'REFUSED', authoritative: false, answers: [], authority: [] },
          'udp',
          true,
        );
        expect(dnsPacket.decode(written).id).toBe(read.id);
      }),
      { seed: 4, numRuns: 2_000 },
    );
  });

  test('a name that points at itself is refused, not followed for ever', () => {
    const loop = Buffer.from('000101000001000000000000161c00c00010001', 'hex');
    expect(readQuery(loop)).toBe('FORMERR');
  });
});
