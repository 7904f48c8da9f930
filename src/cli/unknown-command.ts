import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../host/paths.ts';
import type { Problem } from '../kernel/errors.ts';
import { nearest } from '../kernel/suggest.ts';

/**
 * What is said of an unknown command. It only suggests: to guess and run is no way to inject faults. The framework hands
 * over the words of the command line up to the first flag, joined by colons.
 */
export function unknownCommand(given: string, ids = commandIds()): Problem {
  const words = given.split(':');
  const [first = ''] = words;
  const isTopic = ids.some((id) => id.startsWith(`${first} `));
  const asked = words.slice(0, isTopic ? 2 : 1).join(' ');
  const what = `no command "${asked}"`;
  if (first.startsWith('-')) {
    return { code: 'CLI_USAGE', what, fix: `put flags behind the command, such as "chaos run FILE ${first}"` };
  }
  const best = nearest(asked, ids) ?? nearest(words.slice(0, 2).join(' '), ids);
  const fix = best === undefined ? 'run "chaos --help" to see the commands' : `did you mean "chaos ${best}"?`;
  return { code: 'CLI_USAGE', what, fix };
}

/** The commands as people type them, from the manifest; none when it is missing. */
function commandIds(): string[] {
  try {
    const text = readFileSync(path.join(packageRoot(), 'oclif.manifest.json'), 'utf8');
    const { commands } = JSON.parse(text) as { commands: Record<string, unknown> };
    return Object.keys(commands).map((id) => id.replaceAll(':', ' '));
  } catch {
    return [];
  }
}
