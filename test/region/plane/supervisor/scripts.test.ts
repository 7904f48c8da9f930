import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Desired, DesiredInstance, Observed } from '../../../../src/region/contract.ts';
import { Scripts } from '../../../../src/region/plane/supervisor/scripts.ts';

type Told = Extract<Observed, { type: 'script' }>;

let folder = '';
let scripts: Scripts;
let told: Told[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'chaos-scripts-'));
  told = [];
  scripts = new Scripts({
    folder,
    environment: async () => ({ PATH: process.env.PATH ?? '', CHAOS_INSTANCE: path.join(folder, 'disks', 'i-1') }),
    report: (fact) => void (fact.type === 'script' && told.push(fact)),
  });
});

afterEach(async () => {
  await scripts.shutdown();
  rmSync(folder, { recursive: true, force: true });
});

/** One instance, in which these scripts are to run. */
function desired(texts: readonly string[], instance: Partial<DesiredInstance> = {}): Desired {
  const launch = { ...{ command: [], cwd: folder, port: 1, env: {}, group: 'web', calls: [] }, readyWithinMs: 1 };
  const one: DesiredInstance = {
    ...{ instanceId: 'i-1', name: 'web-a1', zoneId: 'use1-az1', address: '10.0.1.11', run: 'running', generation: 1 },
    ...{ force: false, launch: { ...launch, restart: true } },
    scripts: texts.map((text, k) => ({ commandId: `c-${k}`, text })),
    ...instance,
  };
  const none = { loadBalancers: [], hostedZones: [], healthChecks: [], toxics: [], resolverTroubles: [] };
  return { ...none, instances: [one], zones: [], region: 'us-east-1', network: undefined } as unknown as Desired;
}

/** What a script is told to have ended with, once it has. */
async function ended(text: string): Promise<Told | undefined> {
  await scripts.apply(desired([text]));
  await vi.waitFor(() => expect(told).toHaveLength(1), { timeout: 5_000, interval: 10 });
  return told[0];
}

const isThere = (pid: number): boolean => existsSync(`/proc/${pid}`) && !/^State:\tZ/m.test(statusOf(pid));
const statusOf = (pid: number): string => readFileSync(`/proc/${pid}/status`, 'utf8');
const gone = (pid: number) => vi.waitFor(() => expect(isThere(pid)).toBe(false), { timeout: 2_000, interval: 10 });

test('a script is read by what its first line names, and by the shell when that names nothing', async () => {
  expect(await ended('#!/usr/bin/env node\nconsole.log(1 + 1, process.argv.length);\n')).toMatchObject({
    ...{ code: 0, out: '2 2\n', err: '' },
  });
  told = [];
  await scripts.apply(desired([]));
  expect(await ended('echo $((1 + 1))\n')).toMatchObject({ code: 0, out: '2\n' });
  told = [];
  await scripts.apply(desired([]));
  expect(await ended('#!/no/such/interpreter\n')).toMatchObject({ code: expect.toSatisfy((code) => code > 125) });
});

test('a script that is ended tells what it wrote until then, and that it did not end itself', async () => {
  const sign = path.join(folder, 'sign');
  await scripts.apply(desired([`echo begun; : > '${sign}'; exec sleep 60\n`]));
  await vi.waitFor(() => expect(existsSync(sign)).toBe(true), { timeout: 5_000, interval: 10 });
  await scripts.apply(desired([]));
  expect(told).toMatchObject([{ commandId: 'c-0', out: 'begun\n', code: 137, isStopped: true }]);
});

test.skipIf(process.platform !== 'linux')(
  'what a script leaves goes on when the script has ended, and ends with the instance',
  async () => {
    const stray = "setsid sh -c 'echo $$ > stray; exec sleep 62' &";
    const start = `sleep 61 & echo $!; ${stray} until [ -s stray ]; do sleep 0.01; done; cat stray\n`;
    const end = await ended(start);
    const pids = (end?.out ?? '').trim().split('\n').map(Number);
    expect(end).toMatchObject({ code: 0 });
    expect(pids).toHaveLength(2);
    await scripts.apply(desired([]));
    expect(pids.map(isThere)).toEqual([true, true]);
    await scripts.apply(desired([], { generation: 2 }));
    for (const pid of pids) await gone(pid);
  },
);

test.skipIf(process.platform !== 'linux')('nothing that a script left outlives the region', async () => {
  const pid = Number((await ended('nohup sleep 61 >/dev/null 2>&1 & echo $!\n'))?.out);
  expect(isThere(pid)).toBe(true);
  await scripts.shutdown();
  await gone(pid);
});
