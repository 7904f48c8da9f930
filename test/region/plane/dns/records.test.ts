import { expect, test } from 'vitest';
import { parseData } from '../../../../src/region/plane/dns/records.ts';

const hex = (type: string, value: string) =>
  parseData(type, value)
    ?.map((part) => (Buffer.isBuffer(part) ? part.toString('hex') : part.name))
    .join(' ');

test.each([
  ['A', '10.0.1.11', '0a00010b'],
  ['AAAA', '2001:db8::1', '20010db8000000000000000000000001'],
  ['AAAA', '::', '00000000000000000000000000000000'],
  ['AAAA', '1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
  ['CNAME', 'www.shop.test.', 'www.shop.test'],
  ['MX', '10 mail.shop.test.', '000a mail.shop.test'],
  ['SRV', '1 2 8080 www.shop.test', '000100021f90 www.shop.test'],
  ['TXT', '"a" "b c"', '0161 03622063'],
  ['TXT', 'bare', '0462617265'],
  ['TXT', '"\\"\\\\\\101"', '03225c41'],
  ['CAA', '0 issue "ca.test"', '00 056973737565 63612e74657374'],
])('%s %s', (type, value, expected) => expect(hex(type, value)).toBe(expected));

test.each([
  ['A', 'ten'],
  ['AAAA', '1::2::3'],
  ['AAAA', '1:2'],
  ['MX', 'mail.shop.test'],
  ['SRV', '1 2 99999 www.shop.test'],
  ['SOA', 'a b 1 2 3'],
  ['TXT', `"${'x'.repeat(256)}"`],
  ['LOC', 'anything'],
])('%s "%s" is no such record', (type, value) => expect(parseData(type, value)).toBeUndefined());
