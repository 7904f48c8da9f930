import { expect, test } from 'vitest';
import { OUTCOMES } from '../../src/kernel/outcome.ts';
import { read } from '../support/sources.ts';

interface Manifest {
  commands: Record<
    string,
    {
      id: string;
      summary?: string;
      examples?: unknown[];
      args: Record<string, { required?: boolean }>;
      flags: Record<string, Flag>;
      hidden?: boolean;
    }
  >;
}
interface Flag {
  type: string;
  char?: string;
  summary?: string;
  description?: string;
  multiple?: boolean;
  env?: string;
}

const { commands } = JSON.parse(read('oclif.manifest.json')) as Manifest;

/** What people and scripts rely on: a line per command with its arguments and flags. */
const surface = Object.values(commands)
  .filter(({ hidden }) => !hidden)
  .map(({ id, args, flags }) => {
    const words = Object.entries(args).map(([name, { required }]) => (required ? name : `[${name}]`));
    const options = Object.entries(flags).map(
      ([name, { type, char, multiple }]) =>
        `--${name}${char ? `|-${char}` : ''}${type === 'option' ? `=${multiple ? '...' : 'x'}` : ''}`,
    );
    return [id.replaceAll(':', ' '), ...words, ...options.sort()].join(' ');
  })
  .sort();

test('commands, arguments and flags are the published ones', async () => {
  await expect(`${surface.join('\n')}\n`).toMatchFileSnapshot('surface.txt');
});

test('exit codes are the published ones', async () => {
  const rows = Object.entries(OUTCOMES).map(([outcome, { code, targets }]) => `${code} ${outcome}: ${targets}`);
  await expect(`${rows.join('\n')}\n`).toMatchFileSnapshot('exit-codes.txt');
});

test('every command has a summary that is one sentence, and an example', () => {
  for (const { id, summary, examples, hidden } of Object.values(commands)) {
    if (hidden) continue;
    expect(summary, id).toMatch(/^[A-Z"].*\.$/);
    expect(examples?.length ?? 0, `${id} has an example`).toBeGreaterThan(0);
  }
});

test('every flag has a summary, and an environment variable of its name', () => {
  for (const { id, flags } of Object.values(commands)) {
    for (const [name, { summary, description, env }] of Object.entries(flags)) {
      expect(summary ?? description, `${id} --${name}`).toBeTruthy();
      if (name !== 'json' && name !== 'help') {
        expect(env, `${id} --${name}`).toBe(`CHAOS_${name.toUpperCase().replaceAll('-', '_')}`);
      }
    }
  }
});
