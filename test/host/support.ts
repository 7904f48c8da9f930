import { type ChildProcessWithoutNullStreams, type SpawnOptionsWithoutStdio, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { onTestFinished } from 'vitest';

/** Done after the test, last first. */
export const later = (work: () => Promise<unknown> | unknown): void =>
  onTestFinished(async () => {
    await work();
  });

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'chaos-host-'));
  later(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Looks every few milliseconds until it is so. */
export async function eventually(isSo: () => Promise<boolean> | boolean, withinMs = 5_000): Promise<void> {
  const until = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > until) throw new Error(`it did not come true within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export const never = new AbortController().signal;

/** Starts a program that is written here in TypeScript, with imports from the root of the package. */
export async function runScript(
  code: string,
  options: SpawnOptionsWithoutStdio = {},
): Promise<ChildProcessWithoutNullStreams> {
  const file = path.join(await temporaryFolder(), 'script.mjs');
  await build({
    stdin: { contents: code, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    outfile: file,
    logLevel: 'silent',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  const child = spawn(process.execPath, [file], options);
  later(() => child.kill('SIGKILL'));
  return child;
}
