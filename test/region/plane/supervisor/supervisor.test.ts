import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Desired, DesiredInstance, Launch, Observed } from '../../../../src/region/contract.ts';
import { NO_NETWORK } from '../../../../src/region/network.ts';
import { createPortFinder } from '../../../../src/region/plane/supervisor/ports.ts';
import { Supervisor } from '../../../../src/region/plane/supervisor/supervisor.ts';
import type { StartFailure } from '../../../../src/region/plane/supervisor/unit.ts';
import { pause, until } from '../links/echo.ts';

type Process = Extract<Observed, { type: 'process' }>;
let folder: string;
let supervisor: Supervisor;
let facts: Process[];
let failures: StartFailure[];
let forgotten: string[];
let instances: DesiredInstance[];

/** Ready when its port accepts: as little of a program as can be one. */
const SERVER = `require('net').createServer().listen(+process.env.PORT, '127.0.0.1')`;
const node = (script: string, more: Partial<Launch> = {}): Launch => ({
  command: ['node', '-e', script],
  cwd: folder,
  port: 8080,
  env: {},
  group: 'web',
  calls: [],
  readyWithinMs: 5_000,
  restart: true,
  ...more,
});
const add = (id: string, launch: Launch, zoneId = 'a') => {
  instances.push({
    instanceId: id,
    name: id,
    zoneId,
    address: `10.0.1.${instances.length + 1}`,
    run: 'running',
    generation: 1,
    force: false,
    launch,
  });
};
const change = (id: string, how: Partial<DesiredInstance>) => {
  instances = instances.map((instance) => (instance.instanceId === id ? { ...instance, ...how } : instance));
};
const apply = (dark: string[] = []) => {
  const zones = ['a', 'b'].map((zoneId) => ({ zoneId, power: dark.includes(zoneId) ? 'off' : 'on' }));
  return supervisor.apply({
    instances,
    zones,
    loadBalancers: [],
    hostedZones: [],
    network: NO_NETWORK,
    toxics: [],
  } as Desired);
};
const last = (id: string) => facts.findLast((fact) => fact.instanceId === id);
const untilState = async (id: string, state: Process['state'], count = 1): Promise<Process> => {
  const seen = () => facts.filter((fact) => fact.instanceId === id && fact.state === state);
  await until(() => seen().length >= count && last(id)?.state === state, `${id} is ${state}`, 8_000);
  return last(id) as Process;
};
/** A process that has ended and only waits to be noticed lives no more. */
const lives = (pid = 0): boolean => !['', 'Z'].includes(stateOf(pid));
const stateOf = (pid = 0): string =>
  spawnSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8' })
    .stdout.trim()
    .slice(0, 1);

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'supervisor-'));
  facts = [];
  failures = [];
  forgotten = [];
  instances = [];
  supervisor = new Supervisor({
    folder,
    disks: folder,
    environment: async ({ instanceId }, port) => ({
      PORT: String(port),
      CHAOS_INSTANCE: path.join(folder, instanceId),
    }),
    findPort: createPortFinder(Math.random),
    report: (fact) => void (fact.type === 'process' && facts.push(fact)),
    failed: (failure) => failures.push(failure),
    forget: (instanceId) => forgotten.push(instanceId),
  });
});
afterEach(async () => {
  await supervisor.shutdown();
  rmSync(folder, { recursive: true, force: true });
});

describe('an instance', () => {
  test('starts with what it is handed and nothing else, and its words are kept', async () => {
    add('one', node(`console.log(JSON.stringify(process.env)); console.error('oh'); ${SERVER}`));
    await apply();
    const { pid, startTime } = await untilState('one', 'ready');
    expect(lives(pid)).toBe(true);
    expect(startTime).not.toBe('');
    const env = JSON.parse(readFileSync(path.join(folder, 'logs/one.out'), 'utf8')) as Record<string, string>;
    expect(Object.keys(env).sort()).toEqual(['CHAOS_INSTANCE', 'PORT']);
    expect(readFileSync(path.join(folder, 'logs/one.err'), 'utf8')).toBe('oh\n');
    expect(supervisor.reach('one')).toEqual({ port: Number(env.PORT) });
  });

  test('is ready when its path answers 2xx, not before', async () => {
    const script = `let n = 0; require('http').createServer((q, r) => r.writeHead(++n > 3 ? 200 : 503).end())
      .listen(+process.env.PORT, '127.0.0.1')`;
    add('one', node(script, { readyPath: '/' }));
    await apply();
    await untilState('one', 'ready');
    expect(facts.map(({ state }) => state)).toEqual(['starting', 'ready']);
  });

  test('that ends by itself is started again, on another port', async () => {
    add('one', node(SERVER));
    await apply();
    const first = await untilState('one', 'ready');
    const before = supervisor.reach('one');
    process.kill(first.pid ?? 0, 'SIGKILL');
    const second = await untilState('one', 'ready', 2);
    expect(second.pid).not.toBe(first.pid);
    expect(supervisor.reach('one')).not.toEqual(before);
    expect(facts.find(({ state }) => state === 'exited')?.detail).toBe('SIGKILL');
  });

  test('that is not to be restarted stays ended, and refuses connections', async () => {
    add('one', node(`${SERVER}; setTimeout(() => process.exit(3), 300)`, { restart: false }));
    await apply();
    await untilState('one', 'ready');
    expect(await untilState('one', 'exited')).toMatchObject({ detail: 'exit code 3' });
    expect(supervisor.reach('one')).toBe('refused');
    expect(failures).toEqual([]);
  });

  test('that is stopped gets SIGTERM, all that it started ends with it, and nothing is there to answer', async () => {
    const child = `require('child_process').spawn('sh', ['-c', "trap '' TERM; while :; do sleep 1; done"], { stdio: 'ignore' })`;
    const script = `const c = ${child}; console.log(c.pid); process.on('SIGTERM', () => { console.log('asked'); process.exit() }); ${SERVER}`;
    add('one', node(script, { env: {} }));
    await apply();
    const { pid } = await untilState('one', 'ready');
    change('one', { run: 'stopped' });
    await apply();
    await untilState('one', 'none');
    const [child1, asked] = readFileSync(path.join(folder, 'logs/one.out'), 'utf8').split('\n');
    expect(asked).toBe('asked');
    await until(() => !lives(Number(child1)) && !lives(pid), 'both are gone');
    expect(supervisor.reach('one')).toBe('silent');
  });

  test('that will not end is killed; by force at once', async () => {
    const stubborn = `process.on('SIGTERM', () => {}); ${SERVER}`;
    add('one', node(stubborn));
    await apply();
    const { pid } = await untilState('one', 'ready');
    change('one', { run: 'stopped', force: true });
    const startMs = performance.now();
    await apply();
    expect(lives(pid)).toBe(false);
    expect(performance.now() - startMs).toBeLessThan(1_000);
  });

  test('of a new generation gets a new process', async () => {
    add('one', node(SERVER));
    await apply();
    const first = await untilState('one', 'ready');
    change('one', { generation: 2 });
    await apply();
    const second = await untilState('one', 'ready', 2);
    expect([first.generation, second.generation]).toEqual([1, 2]);
    expect(second.pid).not.toBe(first.pid);
    expect(lives(first.pid)).toBe(false);
  });

  test('takes with it what it let go into a session of its own, and nothing of another one', async () => {
    const letGo = `const { pid } = require('child_process').spawn('sleep', ['99'], { detached: true, stdio: 'ignore' });
      console.log(pid); ${SERVER}`;
    for (const id of ['one', 'two']) add(id, node(letGo));
    await apply();
    const [one, two] = await Promise.all(['one', 'two'].map((id) => untilState(id, 'ready')));
    const [ofOne, ofTwo] = ['one', 'two'].map((id) =>
      Number(readFileSync(path.join(folder, `logs/${id}.out`), 'utf8')),
    );
    const signal = { instanceId: 'one', pid: one?.pid ?? 0, startTime: one?.startTime ?? '' };
    await supervisor.signal({ ...signal, signal: 'SIGSTOP' });
    await until(() => stateOf(ofOne) === 'T', 'it is stopped as well', 2_000);
    await supervisor.signal({ ...signal, signal: 'SIGCONT' });
    await until(() => stateOf(ofOne) === 'S', 'it goes on as well', 2_000);
    change('one', { run: 'stopped', force: true });
    await apply();
    await until(() => !lives(ofOne), 'it is gone as well', 2_000);
    expect([lives(two?.pid), lives(ofTwo)]).toEqual([true, true]);
    await supervisor.shutdown();
    await until(() => !lives(ofTwo), 'all are gone', 2_000);
  });

  test('that is stopped asks what it let go as well, and waits for it as long as for itself', async () => {
    const letGo = (command: string[]) =>
      `require('child_process').spawn(${JSON.stringify(command[0])}, ${JSON.stringify(command.slice(1))}, { detached: true, stdio: 'inherit' })`;
    const orderly = `process.on('SIGTERM', () => setTimeout(() => { console.log('in order'); process.exit() }, 200));
      console.log('daemon'); setInterval(() => {}, 1_000)`;
    add('one', node(`${letGo([process.execPath, '-e', orderly])}; ${SERVER}`));
    add(
      'two',
      node(
        `console.log(${letGo(['sh', '-c', "trap '' TERM; echo daemon; while :; do sleep 1; done"])}.pid); ${SERVER}`,
      ),
    );
    await apply();
    const words = (id: string) => readFileSync(path.join(folder, `logs/${id}.out`), 'utf8');
    await Promise.all(['one', 'two'].map((id) => untilState(id, 'ready')));
    await until(() => ['one', 'two'].every((id) => words(id).includes('daemon')), 'both have let go', 5_000);
    change('one', { run: 'stopped' });
    await apply();
    await untilState('one', 'none');
    expect(words('one')).toContain('in order');
    await supervisor.shutdown();
    await until(() => !lives(Number(/\d+/.exec(words('two'))?.[0])), 'it is killed once its time is over', 1_000);
  });

  test('that is terminated is forgotten, and one that is stopped is not', async () => {
    add('one', node(SERVER));
    await apply();
    await untilState('one', 'ready');
    change('one', { run: 'stopped' });
    await apply();
    await untilState('one', 'none');
    expect(forgotten).toEqual([]);
    instances = [];
    await apply();
    await untilState('one', 'none');
    expect(supervisor.reach('one')).toBe('silent');
    expect(forgotten).toEqual(['one']);
  });
});

describe('a start that fails is told with its reason', () => {
  test.each<[string, () => Launch, RegExp]>([
    [
      'a missing command',
      () => ({ ...node(''), command: ['no-such-program'] }),
      /^its command "no-such-program" is not found$/,
    ],
    [
      'a missing folder',
      () => ({ ...node(''), cwd: '/no/such/folder' }),
      /^its folder "\/no\/such\/folder" does not exist$/,
    ],
    [
      'an end before it is ready',
      () => node(`console.error('no database'); process.exit(2)`),
      /exit code 2.*no database/s,
    ],
    [
      'no answer in time',
      () => node('setInterval(() => {}, 1000)', { readyWithinMs: 300 }),
      /^it is not ready within 0.3s$/,
    ],
  ])('%s', async (_what, launch, reason) => {
    add('one', launch());
    await apply();
    await until(() => failures.length > 0, 'the failure is told', 8_000);
    expect(failures[0]).toMatchObject({ instance: 'one', log: path.join(folder, 'logs/one.err') });
    expect(failures[0]?.reason).toMatch(reason);
  });
});

test('of a program that fails again and again, the words of its last start are told, in their own order', async () => {
  const says = `console.error('first ' + process.pid); console.error('last ' + process.pid); process.exit(2)`;
  add('one', node(says));
  await apply();
  await until(() => failures.length > 0, 'the failure is told', 8_000);
  const lines = failures[0]?.reason.split('\n') ?? [];
  expect(lines).toHaveLength(3);
  const pid = /\d+/.exec(lines[1] ?? '')?.[0];
  expect(lines.slice(1)).toEqual([`first ${pid}`, `last ${pid}`]);
});

describe('signals', () => {
  test('SIGSTOP and SIGCONT are seen, whoever sends them', async () => {
    add('one', node(SERVER));
    await apply();
    const { pid = 0, startTime = '' } = await untilState('one', 'ready');
    expect(await supervisor.signal({ instanceId: 'one', pid, startTime, signal: 'SIGSTOP' })).toEqual({});
    expect(last('one')?.state).toBe('stopped-by-signal');
    process.kill(pid, 'SIGCONT');
    await untilState('one', 'ready', 2);
  });

  test('a stopped process can be ended gracefully', async () => {
    add('one', node(`process.on('SIGTERM', () => { console.log('asked'); process.exit() }); ${SERVER}`));
    await apply();
    const { pid = 0 } = await untilState('one', 'ready');
    process.kill(pid, 'SIGSTOP');
    await untilState('one', 'stopped-by-signal');
    change('one', { run: 'stopped' });
    await apply();
    await untilState('one', 'none');
    expect(readFileSync(path.join(folder, 'logs/one.out'), 'utf8')).toBe('asked\n');
  });

  test('are refused for a process that is not that very one', async () => {
    add('one', node(SERVER));
    await apply();
    const { pid = 0, startTime = '' } = await untilState('one', 'ready');
    for (const wrong of [{ pid: pid + 1 }, { startTime: '1' }, { instanceId: 'two' }, { pid: process.pid }]) {
      const input = { instanceId: 'one', pid, startTime, signal: 'SIGKILL' as const, ...wrong };
      expect((await supervisor.signal(input)).refused).toMatch(/^Instance ".*" has no process \d+ that started at /);
    }
    expect(lives(pid)).toBe(true);
  });
});

describe('a zone that loses power', () => {
  test('has no process left when the change is applied, and starts none until power returns', async () => {
    const light: Launch = { ...node(''), command: ['sleep', '600'] };
    for (let i = 0; i < 10; i++) add(`a${i}`, light);
    add('b', light, 'b');
    await apply();
    await until(() => facts.filter(({ state }) => state === 'starting').length === 11, 'all have started', 8_000);
    await apply(['a']);
    const pids = facts.filter(({ state }) => state === 'starting').map(({ instanceId, pid }) => ({ instanceId, pid }));
    expect(pids.filter(({ pid }) => lives(pid)).map(({ instanceId }) => instanceId)).toEqual(['b']);
    await pause(300);
    expect(facts.filter(({ state }) => state === 'starting')).toHaveLength(11);
    change('a0', { generation: 2 });
    await apply();
    await until(
      () => facts.filter(({ instanceId, state }) => instanceId === 'a0' && state === 'starting').length === 2,
      'it returns',
    );
  });

  test('kills what is just starting', async () => {
    for (let i = 0; i < 6; i++) add(`a${i}`, { ...node(''), command: ['sleep', '601'] });
    void apply();
    await apply(['a']);
    const marks = execFileSync('ps', ['-eo', 'args='], { encoding: 'utf8' }).split('\n');
    expect(marks.filter((line) => line === 'sleep 601')).toEqual([]);
  });
});
