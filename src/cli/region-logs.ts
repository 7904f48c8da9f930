import { open, readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ChaosError } from '../kernel/errors.ts';
import type { RegionFile } from '../kernel/region-file.ts';
import { suggest } from '../kernel/suggest.ts';

const LOOK_EVERY_MS = 200;
const CHUNK_BYTES = 64 * 1_024;

/** What an instance wrote to its standard output and standard error. */
export interface InstanceLogFiles {
  readonly instance: string;
  readonly out: string;
  readonly err: string;
}

/** @throws ChaosError CLI_USAGE when the region has no logs of an instance of that name. */
export async function findLogs({ folder, name }: RegionFile, instance: string): Promise<InstanceLogFiles> {
  const logs = path.join(folder, 'logs');
  const names = (await readdir(logs).catch(() => [])).filter((file) => file.endsWith('.out'));
  const known = names.map((file) => file.slice(0, -'.out'.length)).sort();
  if (!known.includes(instance)) {
    const fix = known.length > 0 ? suggest(instance, known) : `"chaos region status ${name}" shows the instances`;
    throw new ChaosError({ code: 'CLI_USAGE', what: `region "${name}" has no logs of an instance "${instance}"`, fix });
  }
  return { instance, out: path.join(logs, `${instance}.out`), err: path.join(logs, `${instance}.err`) };
}

/** Copies a log as it is, and, following, what is added to it until the signal. */
export async function copyLog(file: string, write: (bytes: Uint8Array) => void, follow?: AbortSignal): Promise<void> {
  let position = 0;
  for (;;) {
    position = await copyFrom(file, position, write);
    if (!follow || follow.aborted) return;
    await sleep(LOOK_EVERY_MS, undefined, { signal: follow }).catch(() => undefined);
  }
}

/** Copies what stands behind a position. A file that became shorter was begun anew. */
async function copyFrom(file: string, from: number, write: (bytes: Uint8Array) => void): Promise<number> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (!handle) return from;
  try {
    const { size } = await handle.stat();
    let position = size < from ? 0 : from;
    const buffer = Buffer.alloc(CHUNK_BYTES);
    while (position < size) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
      if (bytesRead === 0) break;
      write(Buffer.from(buffer.subarray(0, bytesRead)));
      position += bytesRead;
    }
    return position;
  } finally {
    await handle.close();
  }
}
