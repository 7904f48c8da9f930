import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readClaim, type SignedRequest, signRequest, verifySignature } from '../../src/aws/sigv4.ts';

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const scope = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET, region: 'us-east-1', service: 'service' };
const signedAt = Date.UTC(2015, 7, 30, 12, 36, 0);

/** The example that AWS publishes, `get-vanilla` of its test suite. */
const vanilla: SignedRequest = {
  method: 'GET',
  path: '/',
  query: [],
  headers: {
    host: 'example.amazonaws.com',
    'x-amz-date': '20150830T123600Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  },
  body: '',
};

function verify(request: SignedRequest, nowMs = signedAt, secret = SECRET) {
  const claim = readClaim(request);
  return claim ? verifySignature(claim, request, secret, nowMs) : 'no claim';
}

test('the signature of the published example is good', () => {
  expect(verify(vanilla)).toBeUndefined();
  expect(verify({ ...vanilla, path: '/other' })).toBe('InvalidSignature');
});

const requests = fc.record({
  method: fc.constantFrom('GET', 'POST'),
  path: fc
    .array(fc.string({ unit: 'binary', maxLength: 8 }), { maxLength: 4 })
    .map((parts) => `/${parts.map(encodeURIComponent).join('/')}`),
  query: fc.array(fc.tuple(fc.string({ minLength: 1, maxLength: 8 }), fc.string({ unit: 'binary', maxLength: 8 })), {
    maxLength: 4,
  }),
  headers: fc.record({
    host: fc.constant('127.0.0.1:4566'),
    'x-extra': fc.string({ maxLength: 12 }).map((text) => text.trim()),
  }),
  body: fc.string({ unit: 'binary', maxLength: 40 }),
});
const options = { seed: 4, numRuns: 200 };

test('what was signed verifies', () => {
  fc.assert(
    fc.property(requests, (request) => {
      const headers = signRequest(request, scope, signedAt);
      expect(verify({ ...request, headers })).toBeUndefined();
    }),
    options,
  );
});

test('a request that was changed after signing does not verify', () => {
  const changes: ((request: SignedRequest) => SignedRequest)[] = [
    (request) => ({ ...request, method: 'DELETE' }),
    (request) => ({ ...request, path: `${request.path}x` }),
    (request) => ({ ...request, query: [...request.query, ['added', '1']] }),
    (request) => ({ ...request, body: `${request.body}x` }),
    (request) => ({ ...request, headers: { ...request.headers, host: 'evil.example' } }),
    (request) => ({ ...request, headers: { ...request.headers, 'x-extra': `${request.headers['x-extra']}x` } }),
  ];
  fc.assert(
    fc.property(requests, fc.constantFrom(...changes), (request, change) => {
      const signed = { ...request, headers: signRequest(request, scope, signedAt) };
      expect(verify(change(signed))).toMatch(/^(?:InvalidSignature|BodyMismatch)$/);
    }),
    options,
  );
});

test('a signature holds for a quarter of an hour either way and only for its secret', () => {
  const minutes = (n: number) => signedAt + n * 60_000;
  expect(verify(vanilla, minutes(15))).toBeUndefined();
  expect(verify(vanilla, minutes(15) + 1)).toBe('RequestExpired');
  expect(verify(vanilla, minutes(-15))).toBeUndefined();
  expect(verify(vanilla, minutes(-15) - 1)).toBe('RequestNotYetValid');
  expect(verify(vanilla, signedAt, 'another secret')).toBe('InvalidSignature');
});

test('a claim that does not cover the host, or whose day is not that of its time, is incomplete', () => {
  const { authorization = '' } = vanilla.headers;
  const with_ = (text: string) => ({ ...vanilla, headers: { ...vanilla.headers, authorization: text } });
  expect(verify(with_(authorization.replace('host;', '')))).toBe('IncompleteSignature');
  expect(verify(with_(authorization.replace('/20150830/', '/20150829/')))).toBe('IncompleteSignature');
  expect(verify(with_(authorization.replace('aws4_request', 'aws5_request')))).toBe('no claim');
  expect(verify(with_('Basic abc'))).toBe('no claim');
});

/** The presigned address of the service's own documentation. */
const presigned: SignedRequest = {
  method: 'GET',
  path: '/test.txt',
  query: [
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request'],
    ['X-Amz-Date', '20130524T000000Z'],
    ['X-Amz-Expires', '86400'],
    ['X-Amz-SignedHeaders', 'host'],
    ['X-Amz-Signature', 'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404'],
  ],
  headers: { host: 'examplebucket.s3.amazonaws.com', 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
  body: '',
};

test('a presigned request holds for as long as it says, and no longer than a week', () => {
  const at = Date.UTC(2013, 4, 24);
  const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
  const expiring = (seconds: string) => ({
    ...presigned,
    query: presigned.query.map(([name, value]) => [name, name === 'X-Amz-Expires' ? seconds : value] as const),
  });
  expect(verify(presigned, at + 86_400_000, secret)).toBeUndefined();
  expect(verify(presigned, at + 86_400_001, secret)).toBe('RequestExpired');
  expect(verify(expiring('86401'), at, secret)).toBe('InvalidSignature');
  for (const wrong of ['604801', '0', '-1', 'x'])
    expect(verify(expiring(wrong), at, secret)).toBe('IncompleteSignature');
});
