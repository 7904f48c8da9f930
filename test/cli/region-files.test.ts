import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { renderRegionEnv } from '../../src/cli/region-env.ts';
import { copyLog, findLogs } from '../../src/cli/region-logs.ts';
import type { RegionFile } from '../../src/kernel/region-file.ts';
import { acts } from '../../src/kernel/visible.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'chaos-logs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const region: RegionFile = {
  name: 'shop',
  endpoint: 'http://127.0.0.1:4000',
  region: 'us-east-1',
  accountId: '123456789012',
  instance: 'i1',
  credentials: { accessKeyId: 'CHAOSKEY', secretAccessKey: "it's $HOME `secret`\u001b[2J" },
  dns: { address: '127.0.0.1', port: 5300 },
  loadBalancers: [{ name: 'shop-front', dnsName: 'shop.elb', url: 'http://127.0.0.1:8080' }],
  pid: 1,
  startTime: '1',
  folder,
};

const inShell = (script: string, { shell = 'sh', env = {} }: { shell?: string; env?: Record<string, string> } = {}) =>
  execFileSync(shell, ['-c', `${renderRegionEnv(region, env)}\n${script}`], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...env },
  });

test('the exports survive a shell, whatever the secret holds', () => {
  expect(inShell('printf %s "$AWS_SECRET_ACCESS_KEY"')).toBe("it's $HOME `secret`\u001b[2J");
  expect(inShell('printf %s "$AWS_ENDPOINT_URL $CHAOS_DNS_SERVER $CHAOS_URL_SHOP_FRONT"')).toBe(
    'http://127.0.0.1:4000 127.0.0.1:5300 http://127.0.0.1:8080',
  );
});

test('the exports do nothing on the screen that shows them', () => {
  expect(renderRegionEnv(region, {}).split('\n').filter(acts)).toEqual([]);
});

test('nothing of the set-up of the shell leads an SDK elsewhere', () => {
  const env = {
    AWS_PROFILE: 'work',
    AWS_ENDPOINT_URL_SQS: 'http://elsewhere.example',
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
    AWS_USE_FIPS_ENDPOINT: 'true',
  };
  const left = inShell('env | grep ^AWS_ | cut -d= -f1 | sort | tr "\\n" " "', { env }).trim().split(' ');
  expect(left.filter((name) => Object.hasOwn(env, name))).toEqual([]);
  expect(left).toContain('AWS_ENDPOINT_URL');
});

test('the aws function hands the endpoint on, for versions that ignore the variable; of bash, to scripts as well', () => {
  const bin = path.join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(path.join(bin, 'aws'), '#!/bin/sh\nprintf "%s|" "$@"\n', { mode: 0o755 });
  const call = 'aws ec2 describe-instances --filters "a b"';
  const handed = '--endpoint-url|http://127.0.0.1:4000|ec2|describe-instances|--filters|a b|';
  expect(inShell(`PATH=${bin}:$PATH; ${call}`)).toBe(handed);
  expect(inShell(`PATH=${bin}:$PATH; bash -c '${call}'`, { shell: 'bash' })).toBe(handed);
});

const logs = path.join(folder, 'logs');
mkdirSync(logs);
writeFileSync(path.join(logs, 'web-a1.out'), 'one\n');
writeFileSync(path.join(logs, 'web-a1.err'), '');

test('the logs of an unknown instance name the nearest known one', async () => {
  await expect(findLogs(region, 'web-a2')).rejects.toMatchObject({
    problems: [{ code: 'CLI_USAGE', fix: 'did you mean "web-a1"?' }],
  });
});

test('following shows what is added, and begins anew when the log was cut', async () => {
  const { out } = await findLogs(region, 'web-a1');
  const ending = new AbortController();
  const seen: string[] = [];
  let wake = () => {};
  const copying = copyLog(
    out,
    (bytes) => {
      seen.push(Buffer.from(bytes).toString());
      wake();
    },
    ending.signal,
  );
  const next = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  await next();
  appendFileSync(out, 'two\n');
  await next();
  writeFileSync(out, '3\n');
  await next();
  ending.abort();
  await copying;
  expect(seen).toEqual(['one\n', 'two\n', '3\n']);
});
