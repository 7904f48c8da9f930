import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { recoverRuns } from '../../src/cli/recover.ts';
import { startTimeOf } from '../../src/host/process-table.ts';
import { reconnect } from '../../src/host/reconnect.ts';
import type { RegionFile } from '../../src/kernel/region-file.ts';

const home = mkdtempSync(path.join(tmpdir(), 'chaos-reconnect-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const started = {
  v: 1,
  seq: 1,
  at: '2026-01-01T00:00:00.000Z',
  type: 'run-started',
  runId: 'r1',
  tool: '0.0.0',
  experiment: { file: 'f.yaml', digest: 'd', title: 't' },
  account: { kind: 'embedded', name: 'shop', instance: 'i1' },
  reach: { kind: 'embedded', name: 'shop' },
  parameters: {},
  pid: 1,
} as const;

/** A region that says of itself that it is reached there: its process is this one, so it is alive. */
async function regionAt(endpoint: string): Promise<void> {
  const file: RegionFile = {
    name: 'shop',
    endpoint,
    region: 'us-east-1',
    accountId: '123456789012',
    instance: 'i1',
    credentials: { accessKeyId: 'CHAOSKEY', secretAccessKey: 'secret' },
    dns: { address: '127.0.0.1', port: 53 },
    loadBalancers: [],
    pid: process.pid,
    startTime: (await startTimeOf(process.pid)) ?? '',
    folder: path.join(home, 'regions/shop'),
  };
  mkdirSync(file.folder, { recursive: true });
  writeFileSync(path.join(file.folder, 'region.json'), JSON.stringify(file));
}

test('recovering asks the account guard before anything is sent: keys of a region leave this machine for nobody', async () => {
  await regionAt('http://ec2.us-east-1.amazonaws.com:9');
  mkdirSync(path.join(home, 'runs/r1'), { recursive: true });
  writeFileSync(path.join(home, 'runs/r1/journal.jsonl'), `${JSON.stringify(started)}\n`);
  await expect(recoverRuns({ home, run: 'r1', trustCommands: false, say: () => {} })).rejects.toMatchObject({
    problems: [{ code: 'SAFETY_ACCOUNT', what: expect.stringContaining('does not listen on this machine') }],
  });
});

test('what answers in the place of a region is not taken for it', async () => {
  const server = createServer((_request, response) => response.end(JSON.stringify({ instance: 'another' })));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await regionAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  expect(await reconnect(started, home)).toBeUndefined();
  server.close();
});
