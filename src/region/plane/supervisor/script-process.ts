import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { signalGroup } from './instance-process.ts';
import type { Reaper } from './reaper.ts';
import { straysOf, sweep } from './strays.ts';

/** How a script ended: by itself, or because it could not be started. */
interface ScriptEnd {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Whether something of it goes on, which is found by its mark. */
  readonly isLeft: boolean;
}

export interface ScriptProcess {
  /** Resolves when the script has ended: if it was killed, or by no mark is found again, with all that it started. */
  readonly ended: Promise<ScriptEnd>;
  /** Kills it and all that it started, at once. */
  kill(): void;
}

/** As many characters as anybody is shown of each, and one more by which a cut is seen. */
const MOST_OUT = 24_001;
const MOST_ERR = 8_001;
/** What a script left behind may keep its output open for so long. */
const LAST_WORDS_MS = 200;

export interface ScriptOptions {
  readonly text: string;
  readonly cwd: string;
  /** The script's own mark in it (`CHAOS_INSTANCE`) is that by which what it lets go is found. */
  readonly env: Readonly<Record<string, string>>;
  /** A folder of its own for the file of the script; it is removed when the script has ended. */
  readonly folder: string;
  readonly reaper: Reaper;
}

/** Runs the lines in a process group of their own, by what their first one names or by `sh`, as the agent of Systems Manager does. */
export function startScript({ text, cwd, env, folder, reaper }: ScriptOptions): ScriptProcess {
  const file = path.join(folder, 'script.sh');
  const clear = () => rmSync(folder, { recursive: true, force: true });
  let child: ChildProcess;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(file, text, { mode: 0o700 });
    // A file without an interpreter of its own is `sh`'s to read, and one that names none that there is its to refuse.
    const args = text.startsWith('#!') ? ['-c', 'exec "$0"', file] : [file];
    child = spawn('/bin/sh', args, { cwd, env: { ...env }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    clear();
    return {
      ended: Promise.resolve({ code: 1, out: '', err: (error as Error).message, isLeft: false }),
      kill: () => {},
    };
  }
  const { pid } = child;
  const mark = env.CHAOS_INSTANCE;
  if (pid !== undefined) reaper.add(pid);
  let [isOver, isKilled] = [false, false];
  // The number of a group that has ended may be another's by now.
  const kill = () => {
    if (pid !== undefined && !isOver) signalGroup(pid, 'SIGKILL');
    isKilled = true;
  };
  const [out, err] = [collect(child.stdout, MOST_OUT), collect(child.stderr, MOST_ERR)];
  const ended = new Promise<ScriptEnd>((resolve) => {
    child.once('error', (error) => resolve({ code: 1, out: '', err: reasonOf(error, cwd), isLeft: false }));
    child.once('exit', (code, signal) => {
      const isLeft = !isKilled && mark !== undefined && straysOf(new Set([mark])).length > 0;
      if (!isLeft) kill();
      isOver = true;
      const end = { code: code ?? 128 + (signal ? constants.signals[signal] : 0) };
      const silent = Promise.race([Promise.all([out.over, err.over]), pause(LAST_WORDS_MS)]);
      void Promise.all([silent, mark === undefined || isLeft ? undefined : sweep(mark)]).then(() =>
        resolve({ ...end, out: out.text(), err: err.text(), isLeft }),
      );
    });
  });
  void ended.then(({ isLeft }) => {
    if (pid !== undefined) reaper.remove(pid);
    // What goes on may go on to write; what it says then is read, and nobody's.
    if (!isLeft) for (const stream of [child.stdout, child.stderr]) stream?.destroy();
    clear();
  });
  return { ended, kill };
}

/** The beginning of what a stream says. The rest is read and thrown away: whoever writes must not be held up. */
function collect(stream: Readable | null, most: number) {
  const decoder = new StringDecoder('utf8');
  let text = '';
  stream?.on('data', (chunk: Buffer) => {
    if (text.length < most) text = (text + decoder.write(chunk)).slice(0, most);
  });
  const over = new Promise<void>((resolve) => {
    if (!stream) resolve();
    for (const event of ['end', 'error', 'close']) stream?.once(event, () => resolve());
  });
  return { over, text: () => text };
}

const reasonOf = (error: NodeJS.ErrnoException, cwd: string): string =>
  error.code === 'ENOENT' ? `its folder "${cwd}" does not exist` : error.message;

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms).unref());
