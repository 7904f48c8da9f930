import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answerHeaders, requestHeaders } from '../../../../src/region/plane/balancer/headers.ts';

const of = (raw: readonly string[], method = 'GET') => requestHeaders(raw, method, '192.0.2.9', '127.0.0.1');
const own = ['X-Forwarded-For', '192.0.2.9', 'X-Forwarded-Proto', 'http'];

test('what belongs to the connection stays behind; order, case and repetitions of the rest are kept', () => {
  const raw = ['Host', 'shop.test', 'X-B', '1', 'Connection', 'close', 'x-a', '2', 'X-B', '3', 'Keep-Alive', '5'];
  const kept = ['Host', 'shop.test', 'X-B', '1', 'x-a', '2', 'X-B', '3'];
  expect(of(raw)).toEqual({ headers: [...kept, ...own], hasBody: false });
  expect(answerHeaders(raw)).toEqual(kept);
});

test('the client stands behind all that the request has come from, whatever they were called by', () => {
  const raw = ['Host', 'a', 'x-forwarded-for', '10.0.0.1', 'X-FORWARDED-FOR', '10.0.0.2', 'X-Forwarded-Proto', 'https'];
  const { headers } = of(raw);
  expect(headers).toEqual([
    'Host',
    'a',
    'X-Forwarded-For',
    '10.0.0.1, 10.0.0.2, 192.0.2.9',
    'X-Forwarded-Proto',
    'http',
  ]);
});

test('a target that must be told a host is told its own where the client named none', () => {
  expect(of([]).headers).toEqual(['Host', '127.0.0.1', ...own]);
});

test.each([
  ['GET', ['Transfer-Encoding', 'chunked'], ['Transfer-Encoding', 'chunked'], true],
  ['DELETE', ['Content-Length', '3'], [], true],
  ['POST', ['Content-Length', '3'], [], true],
  ['POST', [], ['Content-Length', '0'], false],
  ['GET', [], [], false],
])('a %s with %j has one framing behind its headers', (method, framing, added, hasBody) => {
  const length = framing[0] === 'Content-Length' ? framing : [];
  const headers = ['Host', 'a', ...length, ...added, ...own];
  expect(of(['Host', 'a', ...framing], method)).toEqual({ headers, hasBody });
});

test('nothing else is lost or added', () => {
  const name = fc.stringMatching(/^x-[a-e]{1,3}$/).filter((one) => !one.startsWith('x-f'));
  const pairs = fc.array(fc.tuple(name, fc.string()), { maxLength: 8 });
  fc.assert(
    fc.property(pairs, (all) => {
      expect(answerHeaders(all.flat())).toEqual(all.flat());
      expect(of(['Host', 'a', ...all.flat()]).headers).toEqual(['Host', 'a', ...all.flat(), ...own]);
    }),
    { seed: 7, numRuns: 100 },
  );
});
