import { createInterface } from 'node:readline';
import { ChaosError } from '../kernel/errors.ts';
import type { RegionConfig, RegionReply } from '../kernel/region-file.ts';
import { readData } from './data/data-folder.ts';
import { listOperations } from './operations.ts';
import { Region } from './region.ts';

/**
 * The embedded region as a program. It reads one line of JSON (`RegionConfig`) on its standard input, and says one line
 * (`RegionReply`) on its standard output once everything runs or it is clear that it will not. Unless it is to be kept,
 * it lives as long as its standard input: whoever started it cannot leave it behind. With the argument `operations` it
 * says instead which operations it knows, and ends.
 */
async function main(): Promise<void> {
  if (process.argv[2] === 'operations') {
    process.stdout.write(`${JSON.stringify(await listOperations())}\n`);
    return;
  }
  const config = await readConfig();
  const say = (reply: RegionReply) =>
    new Promise<void>((resolve) => void process.stdout.write(`${JSON.stringify(reply)}\n`, () => resolve()));
  let ending: Promise<void> | undefined;
  const end = (code: number): Promise<void> => {
    ending ??= region.stop().finally(() => process.exit(code));
    return ending;
  };
  const listeners = {
    shutdownAsked: () => void end(0),
    planeEnded: (how: string) => {
      console.error(`the data plane has ended (${how}); it wrote to "${config.folder}/logs/plane.err"`);
      process.exit(1);
    },
  };
  const saved = config.data === undefined ? undefined : await readData(config.data);
  const region = new Region(config, listeners, saved);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void end(0));
  if (!config.keep) process.stdin.on('end', () => void end(0)).resume();
  const failure = await region.start();
  const notes = failure === undefined ? region.notes() : [];
  if (failure === undefined) return say({ ready: true, ...(notes.length > 0 && { notes }) });
  const { instance, reason, log } = failure;
  await say({ failed: `the instance "${instance}" does not start: ${reason}`, logs: [`its log: ${log}`] });
  await end(1);
}

/** The first line; what follows on standard input is nothing but its end. */
async function readConfig(): Promise<RegionConfig> {
  const lines = createInterface({ input: process.stdin });
  const line = await new Promise<string>((resolve) => {
    lines.once('line', resolve);
    lines.once('close', () => resolve(''));
  });
  lines.close();
  if (line === '') throw new Error('no configuration came on standard input');
  return JSON.parse(line) as RegionConfig;
}

main().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  const problems = error instanceof ChaosError ? error.problems : undefined;
  const reply: RegionReply = { failed: message, ...(problems && { problems }) };
  process.stdout.write(`${JSON.stringify(reply)}\n`, () => process.exit(1));
});
