import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { ChaosError } from '../kernel/errors.ts';
import type { Watchdog } from '../kernel/ports.ts';
import { cleanEnvironment } from './environment.ts';
import { liveFiles } from './files.ts';
import { programPath } from './paths.ts';

export interface WatchdogOptions {
  readonly home: string;
  /** Hosts besides loopback at which the account may stand. */
  readonly allowedHosts?: readonly string[];
  /** The file of the run's folder in which it says that it has taken over. */
  readonly mark: string;
  /** What seals the record of the run, see `runKey`: it need not find it again, whatever becomes of the user's own. */
  readonly key: string;
  readonly program?: string;
}

const START_MS = 15_000;
const END_MS = 2_000;

/**
 * The watchdog of one run, as a program of its own: in a session of its own, so that what ends this process does not end
 * it, and at the end of a pipe, so that it notices.
 */
export function spawnWatchdog(options: WatchdogOptions): Watchdog {
  const { home, allowedHosts, mark, key, program = programPath('watchdog') } = options;
  const files = liveFiles();
  let child: ChildProcess | undefined;
  let takenOver: string | undefined;
  const say = (message: object) => {
    if (child?.stdin?.writable) child.stdin.write(`${JSON.stringify(message)}\n`);
  };
  return {
    async start(folder) {
      const { XDG_RUNTIME_DIR, NODE_EXTRA_CA_CERTS } = process.env;
      const started = spawn(process.execPath, [program, JSON.stringify({ folder, home, allowedHosts })], {
        detached: true,
        // Where the lease of a host account lies depends on the one, whether an endpoint is believed on the other.
        env: cleanEnvironment({
          ...(XDG_RUNTIME_DIR !== undefined && { XDG_RUNTIME_DIR }),
          ...(NODE_EXTRA_CA_CERTS !== undefined && { NODE_EXTRA_CA_CERTS }),
        }),
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      // A watchdog that is gone is no reason to end the run: it restores by itself.
      started.stdin.on('error', () => {});
      // Not in its environment or arguments: those are there for other programs to see.
      started.stdin.write(`${JSON.stringify({ key })}\n`);
      await firstWord(started);
      child = started;
      takenOver = `${folder}/${mark}`;
      started.unref();
      for (const pipe of [started.stdin, started.stdout]) (pipe as unknown as { unref(): void }).unref();
    },
    beat: (silentForMs) => say({ beat: Math.round(silentForMs) }),
    tookOver: async () => takenOver !== undefined && (await files.read(takenOver)) !== undefined,
    hasDied: () => child !== undefined && hasEnded(child),
    async dismiss() {
      if (!child || hasEnded(child)) return;
      const ended = new Promise<void>((resolve) => child?.once('exit', () => resolve()));
      say({ done: true });
      child.stdin?.end();
      await Promise.race([ended, new Promise<void>((resolve) => setTimeout(resolve, END_MS).unref())]);
    },
  };
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

/** Resolves when it has said that it watches. @throws ChaosError HOST_TOOL */
async function firstWord(child: ChildProcess): Promise<void> {
  const { stdout } = child;
  if (!stdout) throw notStarted('it has no standard output');
  const lines = createInterface({ input: stdout });
  let timer: NodeJS.Timeout | undefined;
  const word = await new Promise<string | undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), START_MS);
    lines.once('line', resolve);
    child.once('error', () => resolve(undefined));
    child.once('exit', () => resolve(undefined));
  });
  clearTimeout(timer);
  lines.close();
  if (word === '{"watching":true}') return;
  child.kill('SIGKILL');
  throw notStarted('it did not say that it watches');
}

const notStarted = (why: string): ChaosError =>
  new ChaosError({
    code: 'HOST_TOOL',
    what: `the watchdog did not start: ${why}`,
    fix: 'run "chaos doctor"; without a watchdog nothing is injected',
  });
