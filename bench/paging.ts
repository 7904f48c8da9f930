import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { doorOf } from './door.ts';
import { type Figure, median, ms } from './figures.ts';

const FEW = 1_000;
const MANY = 10_000;
const ROUNDS = 3;
const SETTLED_MB = 64;
/** What was read and is not needed any more is collected soon: what is measured then is what is held, and not what waits. */
const TIDY = '--max-old-space-size=64 --max-semi-space-size=1';

const EXPERIMENT = `
version: 1
title: One of very many stops
account: emulator
steadyStateHypothesis:
  title: Programs can be run
  baseline: 1s
  recoverWithin: 10s
  probes:
    - name: nothing fails
      probe: command
      with: { command: ['true'], rate: 5/s }
      tolerance: { success: { atLeast: 20% } }
blastRadius: { targets: 1 }
method:
  - name: a server stops
    fault: aws.ec2.stop-instances
    select: { tag: { app: bench }, count: 1 }
    for: 3s
`;

/** How long `chaos plan` takes to page through very many instances of an endpoint, and how much memory. */
export async function paging(): Promise<Figure[]> {
  const few = await planned(FEW);
  const many = await planned(MANY);
  const grownMb = Math.round((median(many.map(({ rss }) => rss)) - median(few.map(({ rss }) => rss))) / 1_024);
  return [
    {
      name: `${MANY} instances paged through plan`,
      value: many.map(({ tookMs }) => ms(tookMs)).join(', '),
      yardstick: `${FEW} instances: ${few.map(({ tookMs }) => ms(tookMs)).join(', ')}`,
      goal: 'median under 3 s',
      met: median(many.map(({ tookMs }) => tookMs)) < 3_000,
    },
    {
      name: `memory of that plan, with at most 64 MB of heap`,
      value: many.map(({ rss }) => `${Math.round(rss / 1_024)} MB`).join(', '),
      yardstick: `${FEW} instances: ${few.map(({ rss }) => `${Math.round(rss / 1_024)} MB`).join(', ')}`,
      goal: `at most ${SETTLED_MB} MB more`,
      met: grownMb <= SETTLED_MB,
    },
  ];
}

async function planned(instances: number): Promise<{ tookMs: number; rss: number }[]> {
  const home = mkdtempSync(path.join(tmpdir(), 'chaos-bench-'));
  const door = await doorOf(instances);
  try {
    const account = `accounts:\n  emulator: { kind: endpoint, endpoint: ${door.endpoint} }\n`;
    writeFileSync(path.join(home, 'chaos.config.yaml'), account);
    writeFileSync(path.join(home, 'experiment.yaml'), EXPERIMENT);
    const rounds = [];
    for (let round = 0; round < ROUNDS; round++) {
      const { tookMs } = await plan(home);
      const { rss } = await plan(home, TIDY);
      rounds.push({ tookMs, rss });
    }
    return rounds;
  } finally {
    await door.close();
    rmSync(home, { recursive: true, force: true });
  }
}

async function plan(home: string, NODE_OPTIONS = ''): Promise<{ tookMs: number; rss: number }> {
  const env = { ...process.env, CHAOS_HOME: home, XDG_STATE_HOME: home, XDG_RUNTIME_DIR: home, NODE_OPTIONS };
  const started = performance.now();
  const child = spawn(process.execPath, [path.resolve('bin/run.js'), 'plan', 'experiment.yaml'], {
    cwd: home,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  let rss = 0;
  while (child.exitCode === null) {
    rss = Math.max(rss, rssOf(child.pid ?? 0));
    await Promise.race([ended, sleep(10)]);
  }
  const [code] = await ended;
  if (code !== 0) throw new Error(`the plan ended with code ${code}`);
  return { tookMs: performance.now() - started, rss };
}

/** Kilobytes that a process has had in memory at most; 0 where the system does not tell. */
function rssOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
