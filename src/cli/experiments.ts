import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { catalog } from '../catalog/index.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { loadExperiment } from '../experiment/load.ts';
import { problemOfReading } from '../experiment/source.ts';
import { ChaosError, type Problem } from '../kernel/errors.ts';
import { readConfig } from './config.ts';

/** The name by which standard input is given, and shown. */
const STDIN = '-';

/** What the command line says about the experiments to load. */
export interface LoadRequest {
  /** Files, folders of them, or `-`. */
  readonly paths: readonly string[];
  /** `name=value`, as given with --set. */
  readonly set: readonly string[];
  readonly account?: string | undefined;
}

/** One file with the experiment in it, or with everything that is wrong with it. */
export interface LoadedFile {
  readonly file: string;
  readonly experiment: Experiment | undefined;
  readonly problems: readonly Problem[];
}

/** Reads and checks every file; a folder stands for the YAML files in it. Problems never stop the other files. */
export async function loadFiles(request: LoadRequest): Promise<LoadedFile[]> {
  const set = readSettings(request.set);
  const { accounts, problems } = await readConfig();
  if (problems.length > 0) return [{ file: 'chaos.config.yaml', experiment: undefined, problems }];
  const found = await Promise.all(request.paths.map(filesOf));
  const loaded = found.flat().map(async (file): Promise<LoadedFile> => {
    if ('problem' in file) return { file: file.name, experiment: undefined, problems: [file.problem] };
    const text = await readBytes(file.name);
    if ('problem' in text) return { file: file.name, experiment: undefined, problems: [text.problem] };
    const read = await loadExperiment({
      file: file.name === STDIN ? 'stdin' : file.name,
      text: text.bytes,
      catalog,
      set,
      env: process.env,
      ...(request.account !== undefined && { account: request.account }),
      accounts,
      readText: (name) => readFile(name),
    });
    return { file: file.name, experiment: read.experiment, problems: read.problems };
  });
  return Promise.all(loaded);
}

/**
 * The experiments of the files, when every one is sound.
 * @throws ChaosError with every problem of every file.
 */
export async function loadSound(request: LoadRequest): Promise<Experiment[]> {
  const loaded = await loadFiles(request);
  const problems = loaded.flatMap((file) => file.problems);
  if (problems.length > 0) throw new ChaosError(problems);
  return loaded.flatMap(({ experiment }) => experiment ?? []);
}

/** `--set zone=use1-az2 --set rate=10/s` as a record. @throws ChaosError CLI_USAGE for one without a name. */
export function readSettings(settings: readonly string[], flag = '--set'): Record<string, string> {
  const wrong = settings.filter((setting) => !/^[^=\s]+=/.test(setting));
  if (wrong.length > 0) {
    throw new ChaosError(
      wrong.map((setting) => ({
        code: 'CLI_USAGE',
        what: `${flag} "${setting}" is not of the form name=value`,
        fix: `write it like ${flag} name=value`,
      })),
    );
  }
  return Object.fromEntries(
    settings.map((setting) => [setting.slice(0, setting.indexOf('=')), setting.slice(setting.indexOf('=') + 1)]),
  );
}

/** The files that a path stands for: itself, or the YAML files in the folder that it names. */
async function filesOf(given: string): Promise<({ name: string } | { name: string; problem: Problem })[]> {
  if (given === STDIN) return [{ name: STDIN }];
  const isFolder = await stat(given).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return [{ name: given }];
  const names = (await readdir(given)).filter((name) => /\.ya?ml$/i.test(name)).sort();
  if (names.length > 0) return names.map((name) => ({ name: path.join(given, name) }));
  const what = `the folder "${given}" holds no experiment`;
  return [
    { name: given, problem: { code: 'YAML_READ', what, fix: 'name a folder with .yaml files in it, or a file' } },
  ];
}

async function readBytes(file: string): Promise<{ bytes: Uint8Array } | { problem: Problem }> {
  try {
    return { bytes: file === STDIN ? await readStdin() : await readFile(file) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    return { problem: problemOfReading(file, code) };
  }
}

/** Everything on standard input, up to a limit that no experiment reaches. */
async function readStdin(): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    chunks.push(Buffer.from(chunk as Uint8Array));
    size += chunks.at(-1)?.length ?? 0;
    if (size > STDIN_MAX_BYTES) break;
  }
  return Buffer.concat(chunks);
}

const STDIN_MAX_BYTES = 16 * 1024 * 1024;
