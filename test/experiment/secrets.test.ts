import { describe, expect, test } from 'vitest';
import { soundsSecret } from '../../src/experiment/secret-names.ts';
import { passwordsOf, secretsIn } from '../../src/experiment/secret-places.ts';

const words = (text: string) => text.trim().split(/\s+/);

describe('a name says that its value is secret', () => {
  test.each(
    words(`MY_TOKEN apiToken GITHUB_TOKEN DB_PASSWORD dbpassword PGPASSWORD DB_PASS DB_PASS2 dbPass PASS PASSWD MYSQL_PWD
      DB_PW SSHPASS SSH_KEY sshKey API_KEY APIKEY PRIVATE_KEY SIGNING_KEY STRIPE_KEY AWS_ACCESS_KEY_ID CREDENTIALS
      GOOGLE_CREDENTIALS_JSON DB_CREDS AUTH BASIC_AUTH Authorization Proxy-Authorization X-Api-Key X-Auth-Token AuthHeader
      SESSION SESSION_ID sessionKey Cookie Set-Cookie COOKIES SALT PASSWORD_SALT SIGNATURE X-Hub-Signature JWT OTP`),
  )('%s', (name) => expect(soundsSecret(name)).toBe(true));
});

describe('a name that only comes near a secret says nothing', () => {
  test.each(
    words(`PWD OLDPWD ZONE zone PATH KEY PUBLIC_KEY partitionKey ROUTING_KEY SSH_KEY_FILE AUTH_URL AUTH_MODE AUTHOR
      SESSION_STORE SESSION_TIMEOUT COOKIE_DOMAIN PASS_RATE BYPASS COMPASS MAX_TOKENS TOKEN_LIMIT TOKEN_TTL passThrough DATABASE_URL
      DSN CONNECTION_STRING KEYBOARD MONKEY DESIGN`),
  )('%s', (name) => expect(soundsSecret(name)).toBe(false));
});

describe('of a URL or a connection string the password is secret', () => {
  test.each([
    ['postgres://app:s3cr%2Fet@db:5432/shop', ['s3cr%2Fet', 's3cr/et']],
    ['http://u:p@ss@h/path?x=a@b', ['p@ss']],
    ['app:hunter22@tcp(db:3306)/shop', ['hunter22']],
    ['https://0123456789abcdef@sentry.example/1', ['0123456789abcdef']],
    ['https://h/?a=1&api_key=k%2B9zzz#x', ['k%2B9zzz', 'k+9zzz']],
    ['ssh://git@example/x', []],
    ['http://shop.example:80/checkout', []],
    ['web:1.25@sha256:0123', []],
    ['a:b', []],
  ])('%s', (text, secrets) => expect([...new Set(passwordsOf(text))]).toEqual(secrets));

  test.each([
    ['Server=db;User Id=sa;Password=two words;', 'two words'],
    ["host=db password='hunter22' user=x", 'hunter22'],
    ['AccountName=a;AccountKey=YWJjZGVmZw==;EndpointSuffix=x', 'YWJjZGVmZw=='],
  ])('%s', (text, secret) => expect(secretsIn({ env: { CONNECTION_STRING: text } })).toEqual([secret]));
});

describe('a document holds its secrets', () => {
  const secretOf = (env: Record<string, unknown>) => secretsIn({ method: [{ env }] });

  test('in environments and headers, wherever these stand, whatever their type', () => {
    expect(secretOf({ MY_TOKEN: 'hunter2', ZONE: 'use1-az1', DB_PASS: 12_345_678 })).toEqual(['hunter2', '12345678']);
    expect(secretsIn({ a: [{ with: { headers: { 'X-Api-Key': 'hunter2' } } }] })).toEqual(['hunter2']);
    expect(secretsIn({ MY_TOKEN: 'hunter2' })).toEqual([]);
  });

  test('in a header, without the word before it, and with what it is the code of', () => {
    expect(secretOf({ Authorization: 'Bearer abc.def' })).toEqual(['abc.def']);
    const basic = Buffer.from('user:pä:ss').toString('base64');
    expect(secretOf({ Authorization: `Basic ${basic}` })).toEqual([basic, 'pä:ss']);
    expect(secretOf({ Authorization: 'Basic ???' })).toEqual(['???']);
    expect(secretOf({ Cookie: 'sid=0123456789; theme=dark' })).toEqual(['sid=0123456789; theme=dark', '0123456789']);
  });

  test('in the words of a command', () => {
    const command = ['curl', '-H', 'X-Api-Key: hunter2', '--token=hunter3', 'DB_PASS=hunter4', 'http://u:hunter5@h'];
    expect(secretsIn({ command })).toEqual(['hunter2', 'hunter3', 'hunter4', 'hunter5']);
    expect(secretsIn({ title: 'Auth: users sign in' })).toEqual([]);
  });

  test('and what only sets something is none', () => {
    expect(
      secretOf({ AUTH: 'none', COOKIE: true, SESSION: 'Required', BASIC_AUTH: 'off', JWT: '', SALT: null }),
    ).toEqual([]);
  });

  test('and it is read in a time in proportion to its length', () => {
    const before = performance.now();
    for (const piece of [' ', '-', 'a', ':', '//', '@', '=', ';', ';a ', '?a=', 'u:p', 'Aa']) {
      const long = piece.repeat(200_000 / piece.length);
      secretsIn({ env: { AUTH: long, [long]: 'x', COOKIE: `a${long}` }, command: [long, `x=${long}`] });
    }
    expect(performance.now() - before).toBeLessThan(5_000);
  });
});
