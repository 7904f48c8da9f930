import { execa } from 'execa';
import type { ExecAnswer, ExecRequest } from '../kernel/ports.ts';
import { GATED_SCRIPT } from '../kernel/reaper-script.ts';
import { cleanEnvironment } from './environment.ts';
import { whyNotStarted } from './program.ts';
import { endWithUs } from './reaper.ts';

const KEEP_BYTES = 64 * 1_024;
/** After a program ended, what its children still write is waited for so long. */
const DRAIN_MS = 200;

/**
 * Runs a program in a process group of its own, so that a Ctrl-C meant for us does not reach it, and ends the whole
 * group when its time is over, the signal aborts, or this process dies. Never rejects.
 */
export async function exec(
  { command, cwd, env, timeoutMs }: ExecRequest,
  signal: AbortSignal,
  handed: Readonly<Record<string, string>> = {},
): Promise<ExecAnswer> {
  if (signal.aborted) return { stdout: '', stderr: '', error: 'ABORTED' };
  const environment = cleanEnvironment({ ...handed, ...env });
  const child = execa('/bin/sh', ['-c', GATED_SCRIPT, 'sh', ...command], {
    ...(cwd !== undefined && { cwd }),
    env: environment,
    extendEnv: false,
    detached: true,
    reject: false,
    buffer: false,
    stdin: 'pipe',
    cleanup: false,
  });
  const outlived = child.pid === undefined ? () => {} : endWithUs(child.pid);
  child.stdin.on('error', () => undefined);
  child.stdin.end('\n');
  const [stdout, stderr] = [keep(child.stdout), keep(child.stderr)];
  let ended: string | undefined;
  const end = (why: string) => {
    ended ??= why;
    killGroup(child.pid);
  };
  const timer = setTimeout(() => end('TIMEOUT'), timeoutMs);
  const stop = () => end('ABORTED');
  signal.addEventListener('abort', stop, { once: true });
  const exited = new Promise<undefined>((resolve) => {
    child.once('exit', () => setTimeout(resolve, DRAIN_MS, undefined).unref());
  });
  const result = await Promise.race([child, exited]);
  clearTimeout(timer);
  outlived();
  signal.removeEventListener('abort', stop);
  const code = result?.exitCode ?? child.exitCode ?? undefined;
  const notStarted =
    child.pid === undefined
      ? (result?.code ?? 'NOT STARTED')
      : await whyNotStarted(code, { command, cwd, path: environment.PATH });
  const exitCode = (ended ?? notStarted) !== undefined ? undefined : code;
  const error = ended ?? notStarted ?? (exitCode === undefined ? (child.signalCode ?? 'NOT STARTED') : undefined);
  child.stdout.destroy();
  child.stderr.destroy();
  return {
    ...(exitCode !== undefined && { exitCode }),
    stdout: stdout().text,
    stderr: notStarted === undefined ? wholeLines(stderr()) : '',
    ...(error !== undefined && { error: String(error) }),
  };
}

/** The first bytes of a stream as text; the rest is read and dropped, so that the writer is not held up. */
function keep(stream: NodeJS.ReadableStream): () => Kept {
  const chunks: Buffer[] = [];
  let room = KEEP_BYTES;
  stream.on('data', (chunk: Buffer) => {
    if (room > 0) chunks.push(chunk.subarray(0, room));
    room -= chunk.length;
  });
  stream.on('error', () => undefined);
  return () => ({ text: Buffer.concat(chunks).toString('utf8'), isCut: room < 0 });
}

interface Kept {
  readonly text: string;
  readonly isCut: boolean;
}

/** Errors are told to people: of a secret that was cut in two, nobody could tell that it is one. */
const wholeLines = ({ text, isCut }: Kept): string => (isCut ? text.slice(0, text.lastIndexOf('\n') + 1) : text);

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group ended by itself.
  }
}
