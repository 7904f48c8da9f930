import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import type { Blueprint } from '../../src/kernel/blueprint.ts';
import type { RegionConfig, RegionFile, RegionReply } from '../../src/kernel/region-file.ts';
import { root } from '../support/sources.ts';

/** The programs of a region, built from the sources as they are into a folder of their own. */
export async function buildRegion(): Promise<{ program: string; remove: () => void }> {
  // Within the project, so that what is not bundled is found.
  const folder = mkdtempSync(path.join(root, 'node_modules', '.region-test-'));
  await build({
    entryPoints: [
      { in: path.join(root, 'src/region/main.ts'), out: 'region' },
      { in: path.join(root, 'src/region/plane/main.ts'), out: 'plane' },
    ],
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    logLevel: 'warning',
    banner: { js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);" },
  });
  return { program: path.join(folder, 'region.js'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A region program under test. */
export interface TestRegion {
  readonly child: ChildProcess;
  readonly folder: string;
  /** The one line that it says. */
  readonly reply: Promise<RegionReply>;
  readonly ended: Promise<number | NodeJS.Signals>;
  file(): RegionFile;
  remove(): Promise<void>;
}

export function startProgram(program: string, blueprint: Blueprint, more: Partial<RegionConfig> = {}): TestRegion {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'region-'));
  const child = spawn(process.execPath, [program], {
    detached: true,
    env: { PATH: process.env.PATH, SECRET_OF_THE_CALLER: 'x' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const reply = new Promise<RegionReply>((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
      if (said.endsWith('\n')) resolve(JSON.parse(said) as RegionReply);
    });
    child.on('exit', (code, signal) => reject(new Error(`the region ended (${signal ?? code}) without a word`)));
  });
  reply.catch(() => {});
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.on('exit', (code, signal) => resolve(signal ?? code ?? 0));
  });
  const config: RegionConfig = { blueprint, name: 'test', folder, keep: false, parts: 'all', ...more };
  child.stdin.on('error', () => {});
  child.stdin.write(`${JSON.stringify(config)}\n`);
  return {
    child,
    folder,
    reply,
    ended,
    file: () => JSON.parse(readFileSync(path.join(folder, 'region.json'), 'utf8')) as RegionFile,
    async remove() {
      child.stdin.end();
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Every process that lives and has the text in its command line or its environment's HOME, by id. */
export function processesWith(text: string): number[] {
  const { stdout } = spawnSync('ps', ['-eo', 'pid=,state=,args='], { encoding: 'utf8' });
  return stdout.split('\n').flatMap((line) => {
    const [, pid, state, args] = /^\s*(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    return args?.includes(text) && !state?.startsWith('Z') ? [Number(pid)] : [];
  });
}
