// Runs the benchmarks: bundles bench/main.ts on the fly and starts it. `npm run bench -- NAME...` runs only those named.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const outfile = path.join(root, 'node_modules/.cache/bench/main.mjs');
mkdirSync(path.dirname(outfile), { recursive: true });
await build({
  entryPoints: [path.join(root, 'bench/main.ts')],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  mainFields: ['module', 'main'],
  packages: 'external',
  logLevel: 'warning',
});
const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
const result = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: 'inherit', cwd: root, env });
process.exitCode = result.status ?? 1;
