import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openEmbedded } from '../src/host/embedded.ts';
import { startRegion } from '../src/host/region.ts';
import type { Blueprint } from '../src/kernel/blueprint.ts';
import { facility } from '../src/kernel/facility.ts';
import type { WritePort } from '../src/kernel/ports.ts';
import { type Figure, median, ms } from './figures.ts';

const LIGHT = 300;
const SERVING = 30;
/** A machine that stands still for 50 ms makes any round late: the median is held to the goal. */
const ROUNDS = 5;
const DARK_WITHIN_MS = 5_000;
const BACK_MS = 60_000;

/** The lightest thing that answers on a port with what every machine has: no module is loaded. */
const LIGHTEST = [
  'perl',
  '-e',
  'socket(S, 2, 1, 0); setsockopt(S, 1, 2, 1); bind(S, pack("SnC4x8", 2, $ENV{PORT}, 127, 0, 0, 1)) or die; ' +
    'listen(S, 16); while (accept(C, S)) { close C }',
] as const;
const NODE = "require('node:http').createServer((_, answer) => answer.end('ok')).listen(process.env.PORT, '127.0.0.1')";

/** How fast instances are ready, and how fast a zone of three hundred goes dark. */
export async function zones(): Promise<Figure[]> {
  const home = mkdtempSync(path.join(tmpdir(), 'chaos-bench-'));
  try {
    return [...(await thirtyReady(home)), ...(await zoneDark(home))];
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function thirtyReady(home: string): Promise<Figure[]> {
  const bare = performance.now();
  const region = await startRegion({ home, name: 'empty', blueprint: blueprint([], 1), keep: false, parts: 'all' });
  const emptyMs = performance.now() - bare;
  await region.stop();
  const started = performance.now();
  const full = await startRegion({
    home,
    name: 'thirty',
    blueprint: blueprint([process.execPath, '-e', NODE], SERVING / 3),
    keep: false,
    parts: 'all',
  });
  const readyMs = performance.now() - started;
  await full.stop();
  return [
    {
      name: `${SERVING} Node instances ready`,
      value: `${ms(readyMs)} (${(readyMs / emptyMs).toFixed(1)}x)`,
      yardstick: `a region without instances: ${ms(emptyMs)}`,
      goal: 'under 3 s',
      met: readyMs < 3_000,
    },
  ];
}

/** Each round beside its own yardstick: what the machine does to one of them, it does to the other. */
async function zoneDark(home: string): Promise<Figure[]> {
  const region = await startRegion({
    home,
    name: 'light',
    blueprint: blueprint(LIGHTEST, LIGHT, ['use1-az1']),
    keep: false,
    parts: 'all',
  });
  try {
    const port = await openEmbedded(region.file);
    const dark: number[] = [];
    const bare: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      dark.push(await darkMs(port));
      bare.push(await killLoop(LIGHT));
      await port.write(facility('RestorePower', { zoneId: 'use1-az1' }), AbortSignal.timeout(BACK_MS));
    }
    return [
      {
        name: `a zone of ${LIGHT} light instances is dark`,
        value: `${dark.map(ms).join(', ')} after the decision`,
        yardstick: `kill(2) in a loop: ${bare.map(ms).join(', ')}`,
        goal: 'median under 50 ms',
        met: median(dark) < 50,
      },
    ];
  } finally {
    await region.stop();
  }
}

/** From the decision until the system knows none of the processes any more, whatever the region says of them. */
async function darkMs(port: WritePort): Promise<number> {
  const signal = AbortSignal.timeout(BACK_MS);
  const pids = await allReady(port, signal);
  const decided = performance.now();
  const done = port.write(facility('CutPower', { zoneId: 'use1-az1' }), signal);
  // Between two looks the processor is left to those who have to die on it.
  while (pids.some(lives) && performance.now() - decided < DARK_WITHIN_MS) await sleep(1);
  const dark = performance.now() - decided;
  await done;
  return dark;
}

/** The processes of all instances, once every one of them is ready. */
async function allReady(port: WritePort, signal: AbortSignal): Promise<number[]> {
  for (;;) {
    const { processes } = await port.read(facility('DescribeProcesses', {}), signal);
    const pids = processes.flatMap(({ pid, state }) => (state === 'ready' ? (pid ?? []) : []));
    if (pids.length === LIGHT) return pids;
    await sleep(50, undefined, { signal });
  }
}

/** As many processes of the same kind, without a region: killed one after another and awaited. */
async function killLoop(count: number): Promise<number> {
  const [command, ...args] = LIGHTEST;
  const env = { ...process.env, PORT: '0' };
  const children = Array.from({ length: count }, () => spawn(command, args, { stdio: 'ignore', env }));
  const gone = Promise.all(children.map((child) => new Promise((resolve) => child.once('exit', resolve))));
  await sleep(1_000);
  const started = performance.now();
  for (const child of children) child.kill('SIGKILL');
  await gone;
  return performance.now() - started;
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function blueprint(
  command: readonly string[],
  perZone: number,
  where: readonly string[] = ['use1-az1', 'use1-az2', 'use1-az3'],
): Blueprint {
  return {
    title: 'bench',
    region: 'us-east-1',
    zones: ['a', 'b', 'c'].map((letter, index) => ({ id: `use1-az${index + 1}`, name: `us-east-1${letter}` })),
    instances:
      command.length === 0
        ? []
        : [
            {
              name: 'light',
              zones: where,
              perZone,
              command,
              cwd: tmpdir(),
              port: 8080,
              env: {},
              tags: {},
              calls: [],
              readyWithinMs: 60_000,
              restart: false,
            },
          ],
    loadBalancers: [],
    hostedZones: [],
    dnsChangeDelayMs: 100,
    nameServers: 1,
    powerReturnStaggerMs: 10,
  };
}
