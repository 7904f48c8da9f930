// Bundles the command line and the programs that it starts into dist/, writes the command manifest, and links the
// command into node_modules/.bin so that `npx chaos` finds it at once.
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const inRoot = (...parts) => path.join(root, ...parts);

/** The programs: each is started by its path in dist/ (see src/host/paths.ts). */
const PROGRAMS = ['region', 'plane', 'watchdog'];
const SOURCE_OF = { region: 'src/region/main.ts', plane: 'src/region/plane/main.ts', watchdog: 'src/watchdog/main.ts' };

const filesBelow = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(path.join(folder, entry.name)) : [path.join(folder, entry.name)],
  );

/** Whether a source is newer than what was built from it. npx prepares the package at its first use: then it is not. */
function isStale() {
  const built = statSync(inRoot('dist/main.js'), { throwIfNoEntry: false });
  const sources = [...filesBelow(inRoot('src')), inRoot('scripts/build.js'), inRoot('package-lock.json')];
  return !built || sources.some((file) => statSync(file).mtimeMs > built.mtimeMs);
}
if (process.argv.includes('--if-stale') && !isStale()) process.exit(0);

const commands = filesBelow(inRoot('src/commands')).filter((file) => file.endsWith('.ts'));
const entryPoints = [
  { in: inRoot('src/cli/main.ts'), out: 'main' },
  ...commands.map((file) => ({
    in: file,
    out: path.join('commands', path.relative(inRoot('src/commands'), file).replace(/\.ts$/, '')),
  })),
  ...PROGRAMS.filter((name) => existsSync(inRoot(SOURCE_OF[name]))).map((name) => ({
    in: inRoot(SOURCE_OF[name]),
    out: name,
  })),
];

// Built apart and put in place at once: a run that goes on meanwhile never meets half a build.
const fresh = inRoot(`node_modules/.cache/dist-${process.pid}`);
const stale = `${fresh}-old`;
await build({
  entryPoints,
  outdir: fresh,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  mainFields: ['module', 'main'],
  // The command framework asks for them only in a development mode that nobody uses here.
  external: ['typescript', 'ts-node'],
  sourcemap: process.env.CHAOS_SOURCEMAP === '1' ? 'inline' : false,
  logLevel: 'warning',
  banner: {
    js: [
      "import { createRequire as __createRequire } from 'node:module';",
      "import { fileURLToPath as __fileURLToPath } from 'node:url';",
      "import { dirname as __dirnameOf } from 'node:path';",
      'const require = __createRequire(import.meta.url);',
      'const __filename = __fileURLToPath(import.meta.url);',
      'const __dirname = __dirnameOf(__filename);',
    ].join('\n'),
  },
});

mkdirSync(inRoot('dist'), { recursive: true });
renameSync(inRoot('dist'), stale);
renameSync(fresh, inRoot('dist'));
rmSync(stale, { recursive: true, force: true });

const bin = inRoot('node_modules/.bin');
if (existsSync(bin) && process.platform !== 'win32') {
  chmodSync(inRoot('bin/run.js'), 0o755);
  const link = path.join(bin, 'chaos');
  if (!lstatSync(link, { throwIfNoEntry: false })) symlinkSync(path.relative(bin, inRoot('bin/run.js')), link);
}
