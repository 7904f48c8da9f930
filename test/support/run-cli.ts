import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from './sources.ts';

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly finished: Promise<Finished>;
  /** Everything printed so far, both streams. */
  output(): string;
  /** Resolves when what was printed so far holds the text. */
  printed(text: string | RegExp): Promise<void>;
}

/** A folder that is a CHAOS_HOME of its own, removed afterwards. */
export function makeHome(): { home: string; remove: () => void } {
  const home = mkdtempSync(path.join(tmpdir(), 'chaos-e2e-'));
  return { home, remove: () => rmSync(home, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Starts the real command, as built, with an environment that holds nothing of the caller's but PATH. */
export function startCli(
  args: readonly string[],
  options: { home: string; cwd?: string; env?: NodeJS.ProcessEnv; stdin?: string },
): Running {
  const child = spawn(process.execPath, [path.join(root, 'bin/run.js'), ...args], {
    cwd: options.cwd ?? root,
    env: { PATH: process.env.PATH, HOME: options.home, CHAOS_HOME: options.home, NO_COLOR: '1', ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  child.stdin.on('error', () => {});
  child.stdin.end(options.stdin ?? '');
  let [stdout, stderr] = ['', ''];
  const waiting = new Set<() => void>();
  const tell = () => {
    for (const wake of waiting) wake();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    tell();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    tell();
  });
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ code, signal, stdout, stderr });
      tell();
    });
  });
  const output = () => `${stdout}\n${stderr}`;
  const printed = (text: string | RegExp) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        const found = typeof text === 'string' ? output().includes(text) : text.test(output());
        if (found || child.exitCode !== null) {
          waiting.delete(look);
          if (found) resolve();
          else reject(new Error(`ended before it printed ${String(text)}:\n${output()}`));
        }
      };
      waiting.add(look);
      look();
    });
  return { child, pid: child.pid ?? 0, finished, output, printed };
}

export const runCli = (args: readonly string[], options: Parameters<typeof startCli>[1]): Promise<Finished> =>
  startCli(args, options).finished;

export interface ProcessSeen {
  readonly pid: number;
  readonly command: string;
}

/** Processes that belong to a home: it stands in their command line, environment or working folder. Linux only. */
export function processesOf(home: string): ProcessSeen[] {
  const found: ProcessSeen[] = [];
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const pid = Number(entry);
    if (pid === process.pid) continue;
    const command = tryRead(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
    const environment = tryRead(`/proc/${pid}/environ`);
    const state = /\) (\S)/.exec(tryRead(`/proc/${pid}/stat`))?.[1];
    if (state === 'Z' || state === undefined) continue;
    if (command.includes(home) || environment.includes(home) || folderOf(pid).startsWith(home))
      found.push({ pid, command });
  }
  return found;
}

/** Waits, bounded, until a condition that other processes bring about is true; looks every 20 ms. */
export async function until(
  what: string,
  withinMs: number,
  condition: () => boolean | Promise<boolean>,
): Promise<number> {
  const started = performance.now();
  while (!(await condition())) {
    if (performance.now() - started > withinMs) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return performance.now() - started;
}

function tryRead(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function folderOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}
