import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { catalog } from '../catalog/index.ts';
import { parseBlueprint } from '../experiment/blueprint.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { isBlueprint } from '../experiment/is-blueprint.ts';
import { loadExperiment } from '../experiment/load.ts';
import { FILE_BYTES_MAX, openSource, problemOfReading } from '../experiment/source.ts';
import { readBounded } from '../host/bounded-file.ts';
import { ChaosError, type Problem } from '../kernel/errors.ts';
import { redactor } from '../kernel/redact.ts';
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

/** One file with what is in it, or with everything that is wrong with it. */
export interface LoadedFile {
  readonly file: string;
  /** What it is meant as. */
  readonly kind: 'experiment' | 'blueprint';
  readonly title: string | undefined;
  /** Undefined for a blueprint. */
  readonly experiment: Experiment | undefined;
  /** Whether it was found in a folder: nobody named it. */
  readonly isFound: boolean;
  readonly problems: readonly Problem[];
}

/** Reads and checks every file; a folder stands for the YAML files in it. Problems never stop the other files. */
export async function loadFiles(request: LoadRequest): Promise<LoadedFile[]> {
  const set = readSettings(request.set);
  const { accounts, problems } = await readConfig();
  if (problems.length > 0) return [unread(CONFIG, problems)];
  const found = await Promise.all(request.paths.map(filesOf));
  const loaded = found.flat().map(async (file): Promise<LoadedFile> => {
    if ('problem' in file) return unread(file.name, [file.problem]);
    const text = await readBytes(file.name);
    if ('problem' in text) return unread(file.name, [text.problem]);
    const { isFound } = file;
    const input = { file: shown(file.name), text: text.bytes };
    const opened = openSource(input.file, input.text);
    if (isBlueprint(opened)) {
      const { blueprint, problems } = parseBlueprint(input, opened);
      return { file: file.name, kind: 'blueprint', title: blueprint?.title, experiment: undefined, isFound, problems };
    }
    const reading = {
      ...input,
      catalog,
      set,
      env: process.env,
      ...(request.account !== undefined && { account: request.account }),
      accounts,
      readText: (name: string) => readBounded(name, FILE_BYTES_MAX),
    };
    const { experiment, problems } = await loadExperiment(reading, opened);
    const title = experiment && redactor(experiment.secrets ?? [])(experiment.title);
    return { file: file.name, kind: 'experiment', title, experiment, isFound, problems };
  });
  return Promise.all(loaded);
}

const shown = (file: string): string => (file === STDIN ? 'stdin' : file);

const unread = (file: string, problems: readonly Problem[]): LoadedFile => ({
  file,
  kind: 'experiment',
  title: undefined,
  experiment: undefined,
  isFound: false,
  problems,
});

/**
 * The experiments of the files, when every one is sound. Blueprints that lie in a folder beside them are passed over.
 * @throws ChaosError with every problem of every file.
 */
export async function loadSound(request: LoadRequest): Promise<Experiment[]> {
  const loaded = await loadFiles(request);
  const experiments = loaded.flatMap(({ experiment }) => experiment ?? []);
  const hasExperiments = loaded.some(({ kind }) => kind === 'experiment');
  const problems = loaded.flatMap((one) => {
    if (one.kind === 'experiment') return one.problems;
    return one.isFound && hasExperiments ? [] : [notToRun(one.file)];
  });
  if (problems.length > 0) throw new ChaosError(problems);
  return experiments;
}

const notToRun = (file: string): Problem => ({
  code: 'CLI_USAGE',
  what: `"${file}" is the blueprint of a region, not an experiment`,
  fix: `name it under "blueprint" in an experiment, or start the region and keep it: "chaos region up ${file}"`,
});

/** `--set zone=use1-az2 --set rate=10/s` as a record. @throws ChaosError CLI_USAGE for one without a name. */
export function readSettings(settings: readonly string[], flag = '--set'): Record<string, string> {
  const wrong = settings.filter((setting) => !/^[^=\s]+=/.test(setting));
  if (wrong.length > 0) {
    throw new ChaosError(
      wrong.map((setting) => ({
        code: 'CLI_USAGE',
        // The value may be a secret, whatever stands where its name should.
        what: `${flag} "${setting.replace(/=[\s\S]*$/, '=...')}" is not of the form name=value`,
        fix: `write it like ${flag} name=value`,
      })),
    );
  }
  return Object.fromEntries(
    settings.map((setting) => [setting.slice(0, setting.indexOf('=')), setting.slice(setting.indexOf('=') + 1)]),
  );
}

type Given =
  | { readonly name: string; readonly isFound: boolean }
  | { readonly name: string; readonly problem: Problem };

/** The configuration is checked whenever experiments are, and is none. */
const CONFIG = 'chaos.config.yaml';

/** The files that a path stands for: itself, or the YAML files in the folder that it names. */
async function filesOf(given: string): Promise<Given[]> {
  if (given === STDIN) return [{ name: STDIN, isFound: false }];
  const isFolder = await stat(given).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return [{ name: given, isFound: false }];
  const names = (await readdir(given)).filter((name) => /\.ya?ml$/i.test(name) && name !== CONFIG).sort();
  if (names.length > 0) return names.map((name) => ({ name: path.join(given, name), isFound: true }));
  const what = `the folder "${given}" holds no experiment`;
  return [
    { name: given, problem: { code: 'YAML_READ', what, fix: 'name a folder with .yaml files in it, or a file' } },
  ];
}

async function readBytes(file: string): Promise<{ bytes: Uint8Array } | { problem: Problem }> {
  try {
    return { bytes: file === STDIN ? await readStdin() : await readBounded(file, FILE_BYTES_MAX) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    return { problem: problemOfReading(file, code) };
  }
}

/** What is on standard input; no more than it takes to see that it is too long. */
async function readStdin(): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    chunks.push(Buffer.from(chunk as Uint8Array));
    size += chunks.at(-1)?.length ?? 0;
    if (size > FILE_BYTES_MAX) break;
  }
  return Buffer.concat(chunks);
}
