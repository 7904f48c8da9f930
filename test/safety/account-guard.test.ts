import { describe, expect, test } from 'vitest';
import { type AccountFacts, guardAccount } from '../../src/safety/account-guard.ts';

const reasons = (facts: Omit<AccountFacts, 'name'>) => guardAccount({ name: 'it', ...facts }).map(({ what }) => what);

describe('the account guard', () => {
  test.each(['http://127.0.0.1:4566', 'http://127.9.9.9', 'http://[::1]:80', 'http://localhost:4566'])(
    'lets an endpoint on this machine pass: %s',
    (endpoint) => expect(reasons({ kind: 'endpoint', endpoint })).toEqual([]),
  );

  test.each([
    'http://10.0.0.5:4566',
    'http://moto:5000',
    'http://localhost.example.com',
    'http://127.0.0.1.example.com',
    'http://0.0.0.0:80',
    'https://[fe80::1]',
  ])('refuses an endpoint elsewhere: %s', (endpoint) => {
    expect(reasons({ kind: 'endpoint', endpoint })).toEqual([expect.stringContaining('on another machine')]);
  });

  test('lets an endpoint elsewhere pass when the configuration names its host, and no other', () => {
    const endpoint = 'http://moto:5000';
    expect(reasons({ kind: 'endpoint', endpoint, allowedHosts: ['moto'] })).toEqual([]);
    expect(reasons({ kind: 'endpoint', endpoint, allowedHosts: ['oto', 'moto.example'] })).toHaveLength(1);
  });

  test.each([
    'https://ec2.us-east-1.amazonaws.com',
    'https://ec2.us-east-1.api.aws',
    'https://ec2.cn-north-1.amazonaws.com.cn',
  ])('never takes AWS for an endpoint, even when the configuration names it: %s', (endpoint) => {
    const allowedHosts = [new URL(endpoint).hostname];
    expect(reasons({ kind: 'endpoint', endpoint, allowedHosts })).toEqual([expect.stringContaining('is AWS itself')]);
  });

  test('refuses what it cannot evaluate', () => {
    expect(reasons({ kind: 'endpoint' })).toEqual([expect.stringContaining('is not known')]);
    expect(reasons({ kind: 'endpoint', endpoint: 'nonsense' })).toEqual([expect.stringContaining('is not known')]);
    expect(reasons({ kind: 'aws' })).toEqual([expect.stringContaining('cannot tell whether it is a sandbox')]);
  });

  test('takes for a region only what listens on this machine', () => {
    expect(reasons({ kind: 'embedded', endpoint: 'http://127.0.0.1:9' })).toEqual([]);
    for (const endpoint of ['http://10.0.0.1', 'https://ec2.us-east-1.amazonaws.com', 'http://127.0.0.1.example'])
      expect(reasons({ kind: 'embedded', endpoint, allowedHosts: [new URL(endpoint).hostname] })).toEqual([
        expect.stringContaining('does not listen on this machine'),
      ]);
    for (const facts of [{}, { endpoint: 'nonsense' }])
      expect(reasons({ kind: 'embedded', ...facts })).toEqual([expect.stringContaining('is not known')]);
  });

  test('lets the own machine pass: each process is checked on its own', () => {
    expect(reasons({ kind: 'host' })).toEqual([]);
  });

  test('says how to go on with every refusal', () => {
    for (const { code, fix } of guardAccount({ name: 'it', kind: 'aws' })) {
      expect([code, fix]).toEqual(['SAFETY_ACCOUNT', expect.stringMatching(/embedded/)]);
    }
  });
});
