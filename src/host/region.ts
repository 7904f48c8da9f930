import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Blueprint } from '../kernel/blueprint.ts';
import { ChaosError } from '../kernel/errors.ts';
import { facility } from '../kernel/facility.ts';
import type { RegionConfig, RegionFile, RegionReply } from '../kernel/region-file.ts';
import { guardAccount } from '../safety/account-guard.ts';
import { realClock } from './clock.ts';
import { cleanEnvironment } from './environment.ts';
import { openFacility } from './facility.ts';
import { takeLock } from './lock.ts';
import { programPath } from './paths.ts';
import { startTimeOf } from './process-table.ts';
import { endWithUs } from './reaper.ts';
import { holdData } from './region-data.ts';
import { clearRegionFolder, forgetRegion, readRegionFile, regionFolder } from './region-file.ts';
import { keyOf, notOurs, whyNotOurs } from './region-seal.ts';

export interface StartRegion {
  readonly home: string;
  readonly name: string;
  readonly blueprint: Blueprint;
  /** Whether it outlives this program. */
  readonly keep: boolean;
  readonly parts: RegionConfig['parts'];
  /** Where its state is kept, and gone on from. Absolute. */
  readonly data?: string | undefined;
  /** What the region writes to its standard error, line by line. */
  readonly onOutput?: (line: string) => void;
  /** Ends the attempt, and everything that it has started. */
  readonly signal?: AbortSignal | undefined;
}

export interface StartedRegion {
  readonly file: RegionFile;
  /** What is not as it was when the region ran last. */
  readonly notes: readonly string[];
  /** Ends it and everything in it; resolves when no process of it is left. */
  stop(): Promise<void>;
  /** Kills it, be it stopped or not; what it runs dies with it. Resolves when its program is gone. */
  kill(): Promise<void>;
}

/** A region that was asked to end says at once that it will. */
const ASK_MS = 3_000;
/** The instances have their own, shorter limits, by which the region reports that one of them is not ready. */
const START_MS = 180_000;
const STOP_MS = 10_000;

/** Starts a region and waits until it is ready. Throws a `ChaosError` with what its instances last said. */
export async function startRegion(options: StartRegion): Promise<StartedRegion> {
  const { home, name, blueprint, keep, parts, data, onOutput, signal } = options;
  signal?.throwIfAborted();
  const folder = regionFolder(home, name);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const program = programPath('region');
  if (!existsSync(program)) throw failed(`"${program}" is missing`, [], 'run "npm run build"');
  const child = spawn(process.execPath, [program], {
    cwd: folder,
    env: cleanEnvironment(),
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // It ends by itself when this program does, unless it is stopped.
  const outlived = keep || child.pid === undefined ? () => {} : endWithUs(child.pid);
  const said: string[] = [];
  eachLine(child.stderr, (line) => {
    said.push(line);
    if (said.length > 40) said.shift();
    onOutput?.(line);
  });
  try {
    if (child.pid !== undefined) await holdName(folder, name, child.pid);
    await clearRegionFolder(folder);
    const sealKey = await keyOf(home, name, keep);
    if (data !== undefined && child.pid !== undefined) await holdData(data, child.pid);
    const config: RegionConfig = {
      ...{ blueprint, name, folder, keep, parts },
      ...(sealKey !== undefined && { sealKey }),
      ...(data !== undefined && { data }),
    };
    child.stdin.on('error', () => undefined);
    child.stdin.write(`${JSON.stringify(config)}\n`);
    if (keep) child.stdin.end();
    const reply = await firstReply(child, signal);
    signal?.throwIfAborted();
    if ('failed' in reply && reply.problems) throw new ChaosError(reply.problems);
    if ('failed' in reply)
      throw failed(reply.failed, reply.logs ?? said, 'read the logs of the instances, and mend the blueprint');
    const file = await readRegionFile(home, name);
    if (file?.pid !== child.pid || !file)
      throw failed('it said that it is ready and is gone', said, 'run "chaos doctor"');
    if (keep) letGo(child);
    const stop = async () => {
      await end(home, file);
      outlived();
    };
    return { file, notes: reply.notes ?? [], stop, kill: () => killRegion(file) };
  } catch (error) {
    await endGroup(child);
    outlived();
    // The file may be that of another one, which has the name.
    const now = await readRegionFile(home, name).catch(() => undefined);
    if (!now || now.pid === child.pid) await forgetRegion(home, name);
    throw error;
  }
}

/** Takes the name for the process of a region; it is free again when that ends. @throws ChaosError CLI_USAGE */
async function holdName(folder: string, name: string, pid: number): Promise<void> {
  if (await takeLock(nameLock(folder), pid)) return;
  const what = `another region named "${name}" is up or is being started`;
  throw new ChaosError({
    code: 'CLI_USAGE',
    what,
    fix: `end it with "chaos region down ${name}", or use another name`,
  });
}

/** The lock of who has the name of a region. */
export const nameLock = (folder: string): string => path.join(folder, 'lock');

/**
 * Ends a region that an earlier process of this user started, by asking and then by force. Resolves when its program is
 * gone, with whether it had to be killed; ending one that is gone is no error.
 * @param askMs how long it may take to say that it will end.
 * @throws ChaosError SAFETY_OWNERSHIP when it does not end by itself, and nothing proves that it is this user's region.
 */
export const stopRegion = (home: string, file: RegionFile, askMs?: number): Promise<{ killed: boolean }> =>
  end(home, file, {
    ...(askMs !== undefined && { askMs }),
    mayKill: async () => {
      const why = await whyNotOurs(home, file);
      if (why !== undefined) throw notOurs(file, why);
    },
  });

async function end(
  home: string,
  file: RegionFile,
  { mayKill = async () => {}, askMs = ASK_MS } = {},
): Promise<{ killed: boolean }> {
  if (await ask(file, askMs)) await gone(file, STOP_MS);
  const killed = await isAlive(file);
  if (killed) {
    await mayKill();
    await killRegion(file);
  }
  const now = await readRegionFile(home, file.name).catch(() => undefined);
  if (now === undefined) await forgetRegion(home, file.name);
  return { killed };
}

/** Whether it says that it will end. Nothing is sent to what is not on this machine. */
async function ask(file: RegionFile, withinMs: number): Promise<boolean> {
  if (guardAccount({ name: file.name, kind: 'embedded', endpoint: file.endpoint }).length > 0) return false;
  const signal = AbortSignal.timeout(withinMs);
  return openFacility(file)
    .write(facility('Shutdown', {}), signal)
    .then(
      () => true,
      () => false,
    );
}

async function killRegion(file: RegionFile): Promise<void> {
  if (await isAlive(file)) signalGroup(file.pid, 'SIGKILL');
  await gone(file, STOP_MS);
}

const isAlive = async ({ pid, startTime }: RegionFile) => (await startTimeOf(pid)) === startTime;

async function gone(file: RegionFile, withinMs: number): Promise<void> {
  const until = realClock.nowMs() + withinMs;
  while ((await isAlive(file)) && realClock.nowMs() < until) await realClock.sleep(20);
}

/** The first line of standard output, or the reason why none came. */
function firstReply(child: ChildProcess, signal: AbortSignal | undefined): Promise<RegionReply> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ failed: `it was not ready within ${START_MS / 1_000}s` }), START_MS);
    const settle = (reply: RegionReply) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      resolve(reply);
    };
    const stop = () => settle({ failed: 'it was not waited for' });
    signal?.addEventListener('abort', stop, { once: true });
    eachLine(child.stdout, (line) => settle(parseReply(line)));
    child.once('error', (error) => settle({ failed: error.message }));
    child.once('exit', (code, signal) => settle({ failed: `its program ended (${signal ?? `exit code ${code}`})` }));
  });
}

function parseReply(line: string): RegionReply {
  try {
    return JSON.parse(line) as RegionReply;
  } catch {
    return { failed: `it said "${line}"` };
  }
}

function eachLine(stream: NodeJS.ReadableStream | null, tell: (line: string) => void): void {
  let rest = '';
  stream?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) tell(line);
  });
}

/** Lets this program end while the region goes on. */
function letGo(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
}

async function endGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  signalGroup(child.pid, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(child.pid ?? 0, 'SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(timer);
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  if (pid <= 1) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It ended by itself.
  }
}

function failed(why: string, logs: readonly string[], fix: string): ChaosError {
  const shown = logs.slice(-20).map((line) => `\n  ${line}`);
  return new ChaosError({ code: 'REGION_START', what: `the region did not start: ${why}${shown.join('')}`, fix });
}
