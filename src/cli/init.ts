import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type InPlace, inPlaceOf, type NewFile, placeFiles } from '../host/new-files.ts';
import { packageRoot } from '../host/paths.ts';
import { ChaosError } from '../kernel/errors.ts';
import { shellLine } from '../kernel/shell-line.ts';
import { showPath } from './home.ts';
import { blueprintText } from './init-blueprint.ts';
import { type Choices, checkChoices, DEFAULTS, whyItFalls } from './init-choices.ts';
import { experimentText } from './init-experiment.ts';
import type { Given } from './init-questions.ts';

/** What `chaos init --json` prints. */
export interface Init {
  readonly v: 1;
  readonly outcome: 'held';
  readonly exitCode: 0;
  readonly experiment: string;
  readonly blueprint: string;
  readonly choices: Choices;
  readonly files: readonly { readonly file: string; readonly done: 'written' | 'overwritten' | 'there already' }[];
  /** Why the system is known not to hold. */
  readonly falls: string | null;
}

const EXPERIMENT = { zone: 'lose-zone.yaml', instance: 'lose-instance.yaml', record: 'lose-record.yaml' } as const;
const BLUEPRINT = 'region.yaml';
const DONE = { nothing: 'written', another: 'overwritten', 'the same': 'there already' } as const;

/**
 * Writes an experiment, the blueprint of its region and what both refer to into a folder: all of it or nothing. What is
 * there already and the same stays; what is another file is overwritten only if `force` says so.
 * @throws ChaosError INIT_EXISTS naming the files in the way, INIT_WRITE when the folder or the disk takes no files.
 */
export async function initProject(
  folder: string,
  choices: Choices,
  { force, from }: { force: boolean; from: string },
): Promise<Init> {
  checkChoices(choices);
  const target = path.resolve(from, folder);
  const files = await filesOf(target, choices, from);
  const found = await Promise.all(files.map(async (file) => ({ ...file, found: await inPlaceOf(file) }))).catch(
    unwritable,
  );
  refuseWhatIsInTheWay(found, force);
  const missing = found.filter(({ found }) => found !== 'the same');
  await placeFiles(missing.map((file) => ({ ...file, replaces: file.found === 'another' }))).catch(unwritable);
  return {
    v: 1,
    outcome: 'held',
    exitCode: 0,
    experiment: showPath(path.join(target, EXPERIMENT[choices.lose]), from),
    blueprint: showPath(path.join(target, BLUEPRINT), from),
    choices,
    files: found.map(({ path: file, found }) => ({
      file: showPath(file, from),
      done: DONE[found === 'no file' ? 'another' : found],
    })),
    falls: whyItFalls(choices) ?? null,
  };
}

/** What is to lie in the folder. The shop is copied, so that the folder can be moved, changed and given away. */
async function filesOf(target: string, choices: Choices, from: string): Promise<NewFile[]> {
  const file = (name: string, text: string | Uint8Array): NewFile => ({
    path: path.join(target, name),
    bytes: typeof text === 'string' ? new TextEncoder().encode(text) : text,
  });
  const shipped = path.join(packageRoot(), 'experiments');
  const copy = async (name: string, as = name) => file(as, await readFile(path.join(shipped, name)));
  const shop = choices.command === undefined ? await readdir(path.join(shipped, 'apps/shop')) : [];
  return [
    file(EXPERIMENT[choices.lose], experimentText(choices)),
    file(BLUEPRINT, blueprintText(choices, { folder: target, from })),
    ...(await Promise.all(shop.sort().map((name) => copy(`apps/shop/${name}`, `shop/${name}`)))),
    // Its files are modules, whatever the project around them says of its own.
    ...(shop.length > 0 ? [file('shop/package.json', '{ "type": "module" }\n')] : []),
    await copy('experiment.schema.json'),
    await copy('blueprint.schema.json'),
  ];
}

function refuseWhatIsInTheWay(files: readonly (NewFile & { found: InPlace })[], force: boolean): void {
  const names = (is: InPlace) =>
    files.filter(({ found }) => found === is).map(({ path: file }) => `"${showPath(file)}"`);
  const [noFiles, others] = [names('no file'), names('another')];
  if (noFiles.length > 0) {
    const what = `${noFiles.join(', ')} would be overwritten, and ${noFiles.length > 1 ? 'are' : 'is'} no plain file`;
    throw new ChaosError({ code: 'INIT_EXISTS', what, fix: 'name another folder; nothing was written' });
  }
  if (others.length > 0 && !force) {
    const what = `${others.join(', ')} would be overwritten`;
    throw new ChaosError({
      code: 'INIT_EXISTS',
      what,
      fix: 'name another folder, or add --force to overwrite; nothing was written',
    });
  }
}

function unwritable(error: unknown): never {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) throw error;
  const fix = 'name a folder that can be written, on a disk with some room; nothing was written';
  throw new ChaosError({ code: 'INIT_WRITE', what: `the files cannot be written: ${message}`, fix }, error);
}

/** The choices that nobody made, as flags. */
export function saidByDefault(given: Given): string[] {
  return [
    ...(given.lose === undefined ? [`--lose ${DEFAULTS.lose}`] : []),
    ...(given.zones === undefined ? [`--zones ${DEFAULTS.zones}`] : []),
    ...(given.command === undefined ? ['the shop that comes with chaos (no --command)'] : []),
    ...(given.command !== undefined && given.page === undefined ? [`--page ${DEFAULTS.page}`] : []),
  ];
}

/** What was done, and what to type next. */
export function renderInit({ files, experiment, falls }: Init): string {
  const width = Math.max(...files.map(({ done }) => done.length));
  return [
    ...files.map(({ file, done }) => `${done.padEnd(width)}  ${file}`),
    '',
    `to see what it would do: chaos ${shellLine(['plan', experiment])}`,
    `to run it: chaos ${shellLine(['run', experiment])}`,
    ...(falls === null ? [] : [`It will not hold (exit code 3): ${falls}.`]),
  ].join('\n');
}
