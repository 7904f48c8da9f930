import { readFileSync } from 'node:fs';
import path from 'node:path';
import { catalog } from '../catalog/index.ts';
import { packageRoot } from '../host/paths.ts';
import { ERROR_CODES } from '../kernel/errors.ts';
import { bashScript } from './completion-bash.ts';
import { fishScript } from './completion-fish.ts';
import { zshScript } from './completion-zsh.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** What may stand in a place of the command line: some of these words, a file, the name of a region, or anything. */
export type Offer = readonly string[] | 'files' | 'regions' | undefined;

/** A command as completion needs it. */
export interface CompletedCommand {
  /** `region up` */
  readonly name: string;
  readonly summary: string;
  /** What its first argument may be, and every further one. */
  readonly argument: Offer;
  readonly flags: readonly CompletedFlag[];
}

export interface CompletedFlag {
  readonly name: string;
  readonly char: string | undefined;
  readonly summary: string;
  /** Present when the flag takes a value. */
  readonly value?: { readonly offer: Offer };
}

interface Manifest {
  readonly commands: Readonly<Record<string, ManifestCommand>>;
}

interface ManifestCommand {
  readonly summary?: string;
  readonly hidden?: boolean;
  readonly args: Readonly<Record<string, { readonly options?: readonly string[] }>>;
  readonly flags: Readonly<Record<string, ManifestFlag>>;
}

interface ManifestFlag {
  readonly type: 'boolean' | 'option';
  readonly char?: string;
  readonly summary?: string;
  readonly helpValue?: string;
  readonly options?: readonly string[];
}

/** The script that teaches a shell the command line, made from the manifest of the commands. */
export function completionScript(shell: Shell): string {
  const commands = readCommands();
  if (shell === 'fish') return fishScript(commands);
  return shell === 'zsh' ? zshScript(commands) : bashScript(commands);
}

function readCommands(): CompletedCommand[] {
  const { commands } = JSON.parse(readFileSync(path.join(packageRoot(), 'oclif.manifest.json'), 'utf8')) as Manifest;
  const shown = Object.entries(commands).filter(([, { hidden }]) => hidden !== true);
  const names = shown.map(([id]) => id.replaceAll(':', ' '));
  return shown.map(([id, command]) => {
    const name = id.replaceAll(':', ' ');
    return {
      name,
      summary: command.summary ?? '',
      argument: name === 'help' ? names.flatMap((one) => one.split(' ')[0] ?? []) : argumentOf(name, command),
      flags: [...Object.entries(command.flags).map(flagOf), HELP],
    };
  });
}

const HELP: CompletedFlag = { name: 'help', char: 'h', summary: 'Show the help of the command.' };

function argumentOf(name: string, { args }: ManifestCommand): Offer {
  const [first] = Object.entries(args);
  return first && (first[1].options ?? offerOf(`${name} ${first[0]}`, first[0]));
}

const flagOf = ([name, { type, char, summary = '', helpValue, options }]: [string, ManifestFlag]): CompletedFlag => ({
  name,
  char,
  summary,
  ...(type === 'option' && { value: { offer: options ?? (helpValue === 'FILE' ? 'files' : offerOf('', name)) } }),
});

const idsOf = (entries: readonly { readonly id: string }[]): string[] => entries.map(({ id }) => id);

/** What an argument or a flag of that name takes; its place in the command line outranks its name. */
function offerOf(place: string, name: string): Offer {
  const offers: Readonly<Record<string, Offer>> = {
    'fault show id': idsOf(catalog.faults),
    'probe show id': idsOf(catalog.probes),
    'probe try id': idsOf(catalog.probes),
    code: Object.keys(ERROR_CODES),
    files: 'files',
    blueprint: 'files',
    folder: 'files',
    account: 'regions',
    name: 'regions',
  };
  return offers[place] ?? offers[name];
}
