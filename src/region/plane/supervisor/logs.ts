import { closeSync, mkdirSync, openSync, readSync, statSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import path from 'node:path';

/** A log longer than this is cut to its last part. A process that writes in a loop must not fill the disk. */
const MOST_BYTES = 8 << 20;
const KEPT_BYTES = 1 << 20;
/** The most of a log that is looked at to tell its last lines. */
const TOLD_BYTES = 16 << 10;

/** The files that take what an instance writes: `<folder>/logs/<name>.out` and `.err`. */
export interface InstanceLogs {
  readonly out: string;
  readonly err: string;
}

export function logsOf(folder: string, name: string): InstanceLogs {
  const base = path.join(folder, 'logs', name.replace(/[^A-Za-z0-9._-]/g, '_'));
  return { out: `${base}.out`, err: `${base}.err` };
}

/** Opens both for appending, gives them to `use`, and closes our copies. */
export function withOpenLogs<T>(logs: InstanceLogs, use: (out: number, err: number) => T): T {
  mkdirSync(path.dirname(logs.out), { recursive: true, mode: 0o700 });
  const files: number[] = [];
  try {
    for (const file of [logs.out, logs.err]) files.push(openSync(file, 'a', 0o600));
    return use(files[0] ?? -1, files[1] ?? -1);
  } finally {
    for (const file of files) closeSync(file);
  }
}

/** How long both logs are now, in bytes: what is written from here on begins there. */
export interface LogMark {
  readonly out: number;
  readonly err: number;
}

export const markLogs = ({ out, err }: InstanceLogs): LogMark => ({ out: sizeOf(out), err: sizeOf(err) });

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** The last lines that a log got since it was so many bytes long; empty when there is none. */
export function lastLines(file: string, count: number, since = 0): string {
  try {
    const handle = openSync(file, 'r');
    try {
      const size = sizeOf(file);
      // A log that was cut meanwhile is shorter than its mark: all of it is new.
      const from = Math.max(since > size ? 0 : since, size - TOLD_BYTES);
      const buffer = Buffer.alloc(size - from);
      const text = buffer.toString('utf8', 0, readSync(handle, buffer, 0, buffer.length, from));
      return text.trimEnd().split('\n').slice(-count).join('\n');
    } finally {
      closeSync(handle);
    }
  } catch {
    return '';
  }
}

/** Cuts a log that has grown too long. The writer appends, so it goes on behind what is kept. */
export async function trimLog(file: string): Promise<void> {
  const size = await stat(file).then(
    (facts) => facts.size,
    () => 0,
  );
  if (size <= MOST_BYTES) return;
  const handle = await open(file, 'r+');
  try {
    const kept = Buffer.alloc(KEPT_BYTES);
    const { bytesRead } = await handle.read(kept, 0, KEPT_BYTES, size - KEPT_BYTES);
    await handle.truncate(0);
    await handle.write(kept, 0, bytesRead, 0);
  } finally {
    await handle.close();
  }
}
