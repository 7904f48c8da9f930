import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseBlueprint } from '../../src/experiment/blueprint.ts';
import { parseConfig } from '../../src/experiment/config.ts';
import { loadExperiment } from '../../src/experiment/load.ts';
import { ERROR_CODES, type Problem } from '../../src/kernel/errors.ts';
import { renderProblems } from '../../src/kernel/render-problem.ts';
import { smallCatalog } from './small-catalog.ts';

/**
 * Each file in `problems/` holds one mistake; the text beside it is what a person reads. The first letters of the name say
 * what the file is (`blueprint-`, `config-`, else an experiment); comments at its head say how it is loaded.
 * `UPDATE=1 npx vitest run test/experiment/problems.test.ts` writes the texts; review them like code.
 */
const FOLDER = path.join(import.meta.dirname, 'problems');
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));

async function problemsOf(file: string): Promise<readonly Problem[]> {
  const text = readFileSync(path.join(FOLDER, file));
  if (file.startsWith('blueprint-')) return parseBlueprint({ file, text }).problems;
  if (file.startsWith('config-')) return parseConfig({ file, text }).problems;
  const head = (key: string) => new RegExp(`^# ${key}: (.*)$`, 'm').exec(text.toString('utf8'))?.[1];
  const [set, account] = [head('set'), head('account')];
  const { problems } = await loadExperiment({
    file,
    text,
    catalog: smallCatalog,
    set: set === undefined ? {} : Object.fromEntries([set.split('=')]),
    env: {},
    ...(account !== undefined && { account }),
    accountParameters: parse(head('account-parameters') ?? '{}'),
    readText: (name) => readFile(path.join(FOLDER, name)),
  });
  return problems;
}

describe('the text of a problem', () => {
  test.each(files)('%s', async (file) => {
    const problems = await problemsOf(file);
    expect(problems, 'a faulty file has a problem').not.toEqual([]);
    const text = `${renderProblems(problems)}\n`;
    const expected = path.join(FOLDER, file.replace(/\.yaml$/, '.txt'));
    if (process.env.UPDATE === '1') writeFileSync(expected, text);
    expect(text).toBe(readFileSync(expected, 'utf8'));
  });

  test('there are at least 100 faulty files, and no text without its file', () => {
    expect(files.length).toBeGreaterThanOrEqual(100);
    const texts = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'));
    expect(texts.map((name) => name.replace(/\.txt$/, '.yaml'))).toEqual(files);
  });

  test('every code that a file can raise is raised by one of them', async () => {
    const raised = new Set((await Promise.all(files.map(problemsOf))).flat().map(({ code }) => code));
    const expected = Object.keys(ERROR_CODES).filter((code) => /^(SPEC|YAML)_/.test(code));
    expect([...raised].sort()).toEqual(expected.sort());
  });
});
