// Bundles the command line and the programs that it starts into dist/, with the code that V8 makes of what every start
// needs, and links the command into node_modules/.bin so that `npx chaos` finds it at once.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
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
import { bundle } from './bundle.js';

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
  const built = statSync(inRoot('dist/main.cjs'), { throwIfNoEntry: false });
  const sources = [
    ...['src', 'scripts', 'bin'].flatMap((name) => filesBelow(inRoot(name))),
    inRoot('package-lock.json'),
  ];
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

// Built apart and put in place at once: a run that goes on meanwhile never meets half a build. What is built apart is a
// package of its own, so that the command in it can be run.
const fresh = inRoot(`node_modules/.cache/build-${process.pid}`);
const dist = path.join(fresh, 'dist');
await bundle(entryPoints, dist);
for (const file of ['package.json', 'oclif.manifest.json']) copyFileSync(inRoot(file), path.join(fresh, file));
// With source maps it is left to Node to load the modules: it reads the maps of those alone that it loaded itself.
if (process.env.CHAOS_SOURCEMAP !== '1') keepCode();

mkdirSync(inRoot('dist'), { recursive: true });
renameSync(inRoot('dist'), path.join(fresh, 'old'));
renameSync(dist, inRoot('dist'));
rmSync(fresh, { recursive: true, force: true });

/** Keeps V8's code of what `validate` needs, which nearly every command needs. Without it all goes on, only slower. */
function keepCode() {
  const args = [inRoot('scripts/code-cache.js'), dist, 'validate', inRoot('experiments/az-outage.yaml')];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: fresh, env: {}, encoding: 'utf8' });
  if (status !== 0)
    process.stderr.write(`the compiled code of a start is not kept: "chaos validate" exited ${status}\n${stderr}`);
}

const bin = inRoot('node_modules/.bin');
if (existsSync(bin) && process.platform !== 'win32') {
  chmodSync(inRoot('bin/run.js'), 0o755);
  const link = path.join(bin, 'chaos');
  if (!lstatSync(link, { throwIfNoEntry: false })) symlinkSync(path.relative(bin, inRoot('bin/run.js')), link);
}
