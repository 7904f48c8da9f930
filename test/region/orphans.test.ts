import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEmbedded } from '../../src/host/embedded.ts';
import type { Blueprint } from '../../src/kernel/blueprint.ts';
import { facility } from '../../src/kernel/facility.ts';
import { until } from './plane/links/echo.ts';
import { buildRegion, processesWith, startProgram, type TestRegion } from './programs.ts';

const mark = randomUUID();
/** Deaf to polite signals, with a child of its own, and one that it has let go into a session of its own. */
const SERVER = `
process.on('SIGTERM', () => {}); process.on('SIGINT', () => {});
require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 999)', '${mark}'], { stdio: 'ignore' });
require('node:child_process').spawn('sh', ['-c', 'while :; do sleep 9; done', '${mark}'], { stdio: 'ignore', detached: true });
require('node:net').createServer().listen(+process.env.PORT, '127.0.0.1')`;
const blueprint: Blueprint = {
  title: 'Stubborn',
  region: 'us-east-1',
  zones: [{ id: 'use1-az1', name: 'us-east-1a' }],
  instances: [
    {
      name: 'deaf',
      zones: ['use1-az1'],
      perZone: 3,
      command: ['node', '-e', SERVER, mark],
      cwd: '/',
      port: 8080,
      env: {},
      tags: {},
      calls: [],
      readyWithinMs: 10_000,
      restart: true,
    },
  ],
  loadBalancers: [],
  hostedZones: [],
  dnsChangeDelayMs: 0,
  nameServers: 1,
  powerReturnStaggerMs: 0,
};

let built: { program: string; remove: () => void };
beforeAll(async () => {
  built = await buildRegion();
});
afterAll(() => built.remove());

/** The data plane: the child of the region that runs plane.js. */
const planeOf = ({ child }: TestRegion): number => {
  const { stdout } = spawnSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' });
  const lines = stdout.split('\n').map((line) => line.trim().split(/\s+/));
  return Number(
    lines.find(([, parent, ...args]) => parent === String(child.pid) && args.join(' ').includes('plane.js'))?.[0],
  );
};
const DEATHS: [what: string, keep: boolean, die: (region: TestRegion) => unknown][] = [
  ['the control plane is killed', false, ({ child }) => child.kill('SIGKILL')],
  ['the control plane of a kept region is killed', true, ({ child }) => child.kill('SIGKILL')],
  ['the data plane is killed', false, (region) => process.kill(planeOf(region), 'SIGKILL')],
  [
    'both are killed',
    true,
    (region) => {
      process.kill(planeOf(region), 'SIGKILL');
      region.child.kill('SIGKILL');
    },
  ],
  [
    'the data plane is stopped and the control plane killed',
    true,
    (region) => {
      process.kill(planeOf(region), 'SIGSTOP');
      region.child.kill('SIGKILL');
    },
  ],
  [
    'the data plane is stopped and whoever started the region is gone',
    false,
    (region) => {
      process.kill(planeOf(region), 'SIGSTOP');
      region.child.stdin?.end();
    },
  ],
  ['whoever started it is gone', false, ({ child }) => child.stdin?.end()],
  ['it is asked to by a signal', true, ({ child }) => child.kill('SIGTERM')],
  [
    'it is asked to over its endpoint',
    true,
    async (region) => {
      await (await openEmbedded(region.file())).write(facility('Shutdown', {}), AbortSignal.timeout(5_000));
    },
  ],
];

test.each(DEATHS)('no process is left within 3 s when %s', async (_what, keep, die) => {
  const region = startProgram(built.program, blueprint, { keep });
  if (keep) region.child.stdin?.end();
  expect(await region.reply).toEqual({ ready: true });
  expect(processesWith(mark)).toHaveLength(9);
  const plane = planeOf(region);
  await die(region);
  await until(() => processesWith(mark).length === 0, 'no instance is left', 3_000);
  await region.ended;
  expect(spawnSync('ps', ['-o', 'state=', '-p', String(plane)], { encoding: 'utf8' }).stdout).toMatch(/^(Z.*)?\s*$/);
  await region.remove();
});

test('a region that is kept lives on when its standard input ends', async () => {
  const region = startProgram(built.program, blueprint, { keep: true });
  region.child.stdin?.end();
  await region.reply;
  await new Promise((resolve) => setTimeout(resolve, 300));
  const port = await openEmbedded(region.file());
  const { processes } = await port.read(facility('DescribeProcesses', {}), AbortSignal.timeout(5_000));
  expect(processes.map(({ state }) => state)).toEqual(['ready', 'ready', 'ready']);
  await region.remove();
});
