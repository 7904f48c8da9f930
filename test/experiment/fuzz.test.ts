import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseBlueprint } from '../../src/experiment/blueprint.ts';
import { loadExperiment } from '../../src/experiment/load.ts';
import type { Problem } from '../../src/kernel/errors.ts';
import { renderProblems } from '../../src/kernel/render-problem.ts';
import { smallCatalog } from './small-catalog.ts';
import { DESIGN, REGION } from './texts.ts';

/** Pieces that break YAML, the grammar, or the one who prints it. */
const PIECES = [
  '',
  ' ',
  '\t',
  '\n',
  '\r\n',
  ':',
  ': ',
  '- ',
  '? ',
  '{',
  '}',
  '[',
  ']',
  '"',
  "'",
  '#',
  '&a ',
  '*a',
  '<<: *a',
  '!x ',
  '|',
  '>',
  '%',
  '@',
  '${',
  '}',
  '${zone}',
  '${env:X}',
  '$${',
  '---\n',
  'null',
  '~',
  '[]',
  '{}',
  '0',
  '-1',
  '1e999',
  'true',
  '99%',
  '10s',
  '\u0000',
  '\ufeff',
  '\u202e',
  '停電',
  '🛒',
  '\ud800',
  '__proto__',
  'constructor',
  'toString: 1',
  'x'.repeat(300),
];

const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.nat({ max: 30 }),
  insert: fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 8, unit: 'binary' })),
});
const edits = fc.array(edit, { minLength: 1, maxLength: 4 });

/** How many texts are broken in all: some here, many by `npm run fuzz`. */
const TEXTS = Number(process.env.CHAOS_FUZZ ?? 2_000);
const share = (part: number) => Math.ceil(TEXTS * part);
const LIMIT_MS = 60_000 + 20 * TEXTS;

const mutate = (text: string, changes: readonly { at: number; remove: number; insert: string }[]) =>
  changes.reduce((now, { at, remove, insert }) => {
    const index = Math.floor(at * now.length);
    return now.slice(0, index) + insert + now.slice(index + remove);
  }, text);

/** What holds of every problem, whatever the text. */
function checkProblems(text: string, problems: readonly Problem[]): void {
  for (const { what, where, fix } of problems) {
    expect(what.length * fix.length).toBeGreaterThan(0);
    if (where?.file !== 'a.yaml') continue;
    const line = text.replace(/^\ufeff/, '').split('\n')[where.line - 1] ?? '';
    expect(where.text).toBe(line.replace(/\r$/, ''));
    expect(where.column + where.width).toBeLessThanOrEqual(Math.max(where.text.length, 1) + 2);
  }
  const shown = renderProblems(problems);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is the point.
  expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
}

test(
  'no text, however broken, makes the reader of experiments throw; it is sound or has problems',
  () =>
    fc.assert(
      fc.asyncProperty(edits, async (changes) => {
        const text = mutate(DESIGN, changes);
        const readText = async () => REGION;
        const input = { file: 'a.yaml', text, catalog: smallCatalog, set: {}, env: {}, readText };
        const { experiment, problems } = await loadExperiment(input);
        expect(experiment === undefined).toBe(problems.length > 0);
        checkProblems(text, problems);
      }),
      { seed: 20_251_020, numRuns: share(0.5) },
    ),
  LIMIT_MS,
);

test(
  'no text, however broken, makes the reader of blueprints throw; it is sound or has problems',
  () =>
    fc.assert(
      fc.property(edits, (changes) => {
        const text = mutate(REGION, changes);
        const { blueprint, problems } = parseBlueprint({ file: 'a.yaml', text });
        expect(blueprint === undefined).toBe(problems.length > 0);
        checkProblems(text, problems);
      }),
      { seed: 20_251_021, numRuns: share(0.35) },
    ),
  LIMIT_MS,
);

test(
  'no bytes make the reader throw',
  () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (text) => {
        const readText = async () => REGION;
        const { problems } = await loadExperiment({
          file: 'a.yaml',
          text,
          catalog: smallCatalog,
          set: {},
          env: {},
          readText,
        });
        expect(problems).not.toEqual([]);
      }),
      { seed: 3, numRuns: share(0.15) },
    ),
  LIMIT_MS,
);

test('the text of an experiment as JSON is the same experiment: YAML holds JSON', async () => {
  const parse = (text: string) =>
    loadExperiment({ file: 'a.yaml', text, catalog: smallCatalog, set: {}, env: {}, readText: async () => REGION });
  const { parse: read } = await import('yaml');
  const json = JSON.stringify(read(DESIGN.replace('${zone}', '"${zone}"')), null, 2);
  const [one, two] = [await parse(DESIGN), await parse(json)];
  const bare = (value: unknown) =>
    JSON.parse(
      JSON.stringify(value, (key, inner: unknown) => (key === 'place' || key === 'digest' ? undefined : inner)),
    );
  expect(bare(two.experiment)).toEqual(bare(one.experiment));
});
