import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../host/paths.ts';
import { nearest } from '../kernel/suggest.ts';

/** What to type instead of an unknown command. It only suggests: guessing and running is no way to inject faults. */
export function fixOfUnknownCommand(unknown: string): string {
  if (unknown.startsWith('-')) return `put flags behind the command, such as "chaos run ${unknown} FILE"`;
  const words = unknown.replaceAll(':', ' ');
  const best = nearest(words, commandIds());
  return best === undefined ? 'run "chaos --help" to see the commands' : `did you mean "chaos ${best}"?`;
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
