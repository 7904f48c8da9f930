import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { pauseProcess } from '../../src/faults/host/pause-process.ts';
import { realClock } from '../../src/host/clock.ts';
import { liveFiles } from '../../src/host/files.ts';
import { openHostAccount } from '../../src/host/host-account.ts';
import { sealWith } from '../../src/host/key.ts';
import { spawnWatchdog } from '../../src/host/watchdog.ts';
import { openJournal } from '../../src/journal/journal.ts';
import { readJournal } from '../../src/journal/read.ts';

const root = path.join(import.meta.dirname, '../..');

/** A run as its watchdog sees it: a process that beats, and may be killed or stopped. */
const HOLDER = `
import { sealWith } from '../../src/host/key.ts';
import { spawnWatchdog } from './src/host/watchdog.ts';
const [program, home, folder, silentForMs, key] = process.argv.slice(2);
const watchdog = spawnWatchdog({ home, mark: 'taken-over', key, program });
await watchdog.start(folder);
const beat = () => watchdog.beat(Number(silentForMs));
beat();
setInterval(beat, 50);
process.stdout.write('ready');
`;

/** What seals the record of that run. */
const KEY = 'ab'.repeat(32);

/** What modules of the older kind expect to find. */
const BANNER = `
import { createRequire as __createRequire } from 'node:module';
import { fileURLToPath as __fileURLToPath } from 'node:url';
import { dirname as __dirnameOf } from 'node:path';
const require = __createRequire(import.meta.url);
const __filename = __fileURLToPath(import.meta.url);
const __dirname = __dirnameOf(__filename);
`;

let built: string;
let home: string;
let victim: ChildProcess;
let holder: ChildProcess | undefined;

beforeAll(async () => {
  built = await mkdtemp(path.join(tmpdir(), 'watchdog-program-'));
  const how: BuildOptions = {
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    mainFields: ['module', 'main'],
    banner: { js: BANNER },
    logLevel: 'error',
  };
  await Promise.all([
    build({
      ...how,
      entryPoints: [path.join(root, 'src/watchdog/main.ts')],
      outfile: path.join(built, 'watchdog.mjs'),
    }),
    build({
      ...how,
      stdin: { contents: HOLDER, resolveDir: root, loader: 'ts' },
      outfile: path.join(built, 'holder.mjs'),
    }),
  ]);
});
afterAll(() => rm(built, { recursive: true }));

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'watchdog-home-'));
  victim = spawn('sleep', ['600'], { stdio: 'ignore' });
  await once(victim, 'spawn');
});
afterEach(async () => {
  for (const child of [victim, holder]) {
    if (child && child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
  holder = undefined;
  await rm(home, { recursive: true });
});

const folderOf = () => path.join(home, 'runs', 'x');
const isStopped = async () => {
  const { read } = await openHostAccount();
  const pidFile = path.join(home, 'victim.pid');
  const call = { service: 'process', operation: 'DescribePidFile', input: { pidFile } } as const;
  const { process: facts } = (await read(call, new AbortController().signal)) as { process?: { stopped: boolean } };
  return facts?.stopped;
};

/** The journal of a run that has stopped a process with SIGSTOP and is holding it. */
async function harm(sealed = KEY): Promise<void> {
  const port = await openHostAccount();
  const signal = new AbortController().signal;
  const pidFile = path.join(home, 'victim.pid');
  await writeFile(pidFile, `${victim.pid}\n`);
  const means = pauseProcess.means.host;
  if (!means) throw new Error('host.pause-process has no means of kind host');
  const [target] = await means.target.find({ pidFile }, port, signal);
  const undo = await means.capture(target, {}, port, signal);
  const files = liveFiles();
  const folder = folderOf();
  const journal = await openJournal({ files, clock: realClock, folder, redact: (value) => value, listen: () => {} });
  const { account } = port;
  await journal.append({
    type: 'run-started',
    runId: 'x',
    tool: '0.0.0',
    experiment: { file: 'x.yaml', digest: '', title: 'x' },
    account: { kind: 'host', name: 'host', instance: account.instance },
    reach: { kind: 'host', name: 'host' },
    parameters: {},
    pid: process.pid,
  });
  const digest = await journal.keepUndo({ injection: '1.x', fault: pauseProcess.id, means: 'host', undo });
  await journal.append({
    type: 'captured',
    injection: '1.x',
    target: 'x',
    fault: pauseProcess.id,
    means: 'host',
    reversal: 'reverts',
    digest,
    seal: sealWith(sealed)(digest),
    restoresWithinMs: 5_000,
  });
  await journal.append({ type: 'injecting', injection: '1.x', calls: means.steps(target, {}, undo) });
  for (const call of means.steps(target, {}, undo)) await port.write(call, signal);
  await journal.append({ type: 'injected', injection: '1.x' });
}

async function startHolder(silentForMs: number): Promise<ChildProcess> {
  const args = [
    path.join(built, 'holder.mjs'),
    path.join(built, 'watchdog.mjs'),
    home,
    folderOf(),
    String(silentForMs),
    KEY,
  ];
  holder = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ready = holder.stdout ? once(holder.stdout, 'data') : Promise.resolve();
  await Promise.race([ready, once(holder, 'exit').then(() => Promise.reject(new Error('the holder has ended')))]);
  return holder;
}

/** Waits for the watchdog to end the journal. @returns how long that took. */
async function ended(): Promise<number> {
  const began = performance.now();
  for (;;) {
    const { entries } = await readJournal(liveFiles(), folderOf());
    if (entries.at(-1)?.type === 'run-ended') return performance.now() - began;
    if (performance.now() - began > 20_000) throw new Error(`not ended: ${await log()}`);
    await realClock.sleep(20);
  }
}
const log = () => readFile(path.join(folderOf(), 'watchdog.log'), 'utf8');

describe('the watchdog, as a program', () => {
  test('begins to restore within two seconds of its holder being killed, and ends', async () => {
    await harm();
    await expect.poll(isStopped).toBe(true);
    (await startHolder(60_000)).kill('SIGKILL');
    expect(await ended()).toBeLessThan(4_000);
    expect(await isStopped()).toBe(false);
    const { entries } = await readJournal(liveFiles(), folderOf());
    expect(entries.at(-1)).toMatchObject({ outcome: 'aborted', targets: 'restored' });
    expect(entries.some((entry) => entry.type === 'reverting' && entry.by === 'watchdog')).toBe(true);
  });

  test('restores when its holder stands still for longer than it said, and tells it so by a file', async () => {
    await harm();
    const stopped = await startHolder(400);
    stopped.kill('SIGSTOP');
    await ended();
    expect(await isStopped()).toBe(false);
    expect(existsSync(path.join(folderOf(), 'taken-over'))).toBe(true);
    stopped.kill('SIGCONT');
  });

  test('survives the signals that end its holder', async () => {
    await harm();
    const held = await startHolder(60_000);
    const pid = Number(/process (\d+)/.exec(await log())?.[1]);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(pid, signal);
    held.kill('SIGKILL');
    await ended();
    expect(await isStopped()).toBe(false);
  });

  test('touches nothing when it is told that all is done', async () => {
    await harm();
    const watchdog = spawnWatchdog({ home, mark: 'taken-over', key: KEY, program: path.join(built, 'watchdog.mjs') });
    await watchdog.start(folderOf());
    watchdog.beat(60_000);
    expect(await watchdog.tookOver()).toBe(false);
    await watchdog.dismiss();
    expect(await log()).toMatch(/ done\n$/);
    await expect.poll(isStopped).toBe(true);
  });

  test('that cannot be started is a problem with a fix, and nothing goes on', async () => {
    const watchdog = spawnWatchdog({ home, mark: 'taken-over', key: KEY, program: path.join(built, 'no-such.mjs') });
    await expect(watchdog.start(folderOf())).rejects.toMatchObject({ problems: [{ code: 'HOST_TOOL' }] });
  });
});
