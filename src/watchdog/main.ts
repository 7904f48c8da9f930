// The program that restores what a run harmed when the run dies or falls silent. Started with one argument, as JSON:
// { folder, home, allowedHosts }. Its holder writes lines to its standard input: first { key }, what seals the record of the run; for
// the others see watch.ts.
import { setMaxListeners } from 'node:events';
import { appendFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { catalog } from '../catalog/index.ts';
import { recoverRun } from '../engine/recover.ts';
import { realClock } from '../host/clock.ts';
import { openCommandPort } from '../host/command-port.ts';
import { liveFiles } from '../host/files.ts';
import { sealWith } from '../host/key.ts';
import { releaseLease, takeLease } from '../host/lease.ts';
import { reconnect } from '../host/reconnect.ts';
import { FILES } from '../journal/folder.ts';
import { takeOver } from './take-over.ts';
import { watch } from './watch.ts';

const { folder, home, allowedHosts } = JSON.parse(process.argv[2] ?? '{}') as {
  folder: string;
  home: string;
  allowedHosts?: readonly string[];
};

// Many targets are restored together, and each waits on the one signal that could end the waiting.
setMaxListeners(0);

// What ends the holder, a key or a closed terminal, must not end the one who cleans up after it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.stdout.on('error', () => {});

const files = liveFiles();
const log = (text: string) =>
  appendFile(`${folder}/${FILES.watchdogLog}`, `${new Date().toISOString()} ${text}\n`, { mode: 0o600 }).catch(
    () => {},
  );

const recover = (key: string) =>
  recoverRun(folder, {
    catalog,
    files,
    clock: realClock,
    by: 'watchdog',
    connect: (started) => reconnect(started, home, allowedHosts),
    openCommandPort,
    take: (port, runId) => takeLease(port, { runId, home }),
    release: releaseLease,
    seal: sealWith(key),
    trustCommands: false,
    listen: () => {},
  });

async function main(): Promise<void> {
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  // Loaded now: when it is needed, the program's own files may be gone, by an upgrade or a full clean-up.
  await Promise.all(catalog.faults.map((fault) => fault.load()));
  const { value: first = '{}' } = await lines.next();
  const { key = '' } = JSON.parse(first) as { key?: string };
  await log(`watching, process ${process.pid}`);
  process.stdout.write('{"watching":true}\n');
  const watched = await watch(realClock, lines);
  await log(watched);
  const options = { clock: realClock, files, folder, recover: () => recover(key), log };
  const restored = watched === 'done' || (await takeOver(watched, options));
  process.exit(restored ? 0 : 1);
}

void main();
