import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPattern } from '../../src/experiment/pattern.ts';

/** So long an output is matched at most. */
const LENGTH = 4_096;
/** So long a match may take on a machine that does other things too. A pattern that runs away takes minutes to ages. */
const LIMIT_MS = 5_000;

const atom = fc.constantFrom('a', 'b', 'ab', '.', '[ab]', '[^b]', '\\w', '\\d', '\\s', '\\p{L}', 'é', '\\u0061');
const quantifier = fc.constantFrom('', '*', '+', '?', '*?', '+?', '{2}', '{0,9}', '{3,}', '{1,30}', '{50}');
const { pattern: anyPattern } = fc.letrec<{ pattern: string; term: string }>((tie) => ({
  pattern: fc.array(tie('term'), { minLength: 1, maxLength: 3 }).map((terms) => terms.join('')),
  term: fc.oneof(
    { maxDepth: 3 },
    fc.tuple(atom, quantifier).map((parts) => parts.join('')),
    fc.tuple(tie('pattern'), quantifier).map(([inside, after]) => `(${inside})${after}`),
    fc.tuple(tie('pattern'), tie('pattern'), quantifier).map(([one, two, after]) => `(?:${one}|${two})${after}`),
    tie('pattern').map((inside) => `\\b(?:${inside})\\B`),
  ),
}));
const anchored = fc
  .tuple(fc.constantFrom('', '^'), anyPattern, fc.constantFrom('', '$', '!a', 'x', '(?:x|!$)', '(?=x*)', '(a*)\\1'))
  .map((parts) => parts.join(''));

/** Texts that nearly match whatever repeats an `a` or a `b`: the worst ones for an engine that goes back. */
const TEXTS = ['a', 'ab', 'aab', 'b', 'é', '1', ' a'].map((unit) => `${unit.repeat(LENGTH).slice(0, LENGTH - 1)}!`);

/** The code under test on a thread that can be ended: a match that never returns cannot be interrupted otherwise. */
function openBench(code: string) {
  let worker: Worker | undefined;
  const end = async () => {
    await worker?.terminate();
    worker = undefined;
  };
  /** How many milliseconds the slowest of the texts takes; undefined when none can be said before the limit. */
  const slowest = async (pattern: string, texts: readonly string[]): Promise<number | undefined> => {
    worker ??= new Worker(code, { eval: true });
    const answer = once(worker, 'message', { signal: AbortSignal.timeout(LIMIT_MS) });
    worker.postMessage({ pattern, texts });
    try {
      return Number((await answer)[0]);
    } catch (error) {
      await end();
      if (error instanceof Error && error.name === 'AbortError') return undefined;
      throw error;
    }
  };
  return { slowest, end };
}

const PROGRAM = `
import { parentPort } from 'node:worker_threads';
import { readPattern } from './src/experiment/pattern.ts';
parentPort.on('message', ({ pattern, texts }) => {
  const read = readPattern(pattern);
  const times = texts.map((text) => {
    const from = performance.now();
    if (typeof read !== 'string') read.test(text);
    return performance.now() - from;
  });
  parentPort.postMessage(Math.max(...times));
});
`;

let bench: ReturnType<typeof openBench>;
beforeAll(async () => {
  const stdin = { contents: PROGRAM, resolveDir: process.cwd(), loader: 'ts' as const };
  const built = await build({ stdin, bundle: true, write: false, format: 'cjs', platform: 'node' });
  bench = openBench(built.outputFiles[0]?.text ?? '');
});
afterAll(() => bench.end());

describe('a pattern that is taken', () => {
  test('never runs away, whatever the text', { timeout: 120_000 }, async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(anchored, async (pattern) => {
        if (typeof readPattern(pattern) === 'string') return;
        taken++;
        const took = await bench.slowest(pattern, TEXTS);
        if (took === undefined) throw new Error(`the pattern ${pattern} is taken and runs for over ${LIMIT_MS}ms`);
      }),
      { seed: 11, numRuns: 400, endOnFailure: true },
    );
    expect(taken).toBeGreaterThan(80);
  });

  test.each(['(a+)+$', '(a|ab)*$', '(x+x+)+y', '.*.*.*x', '(.*a){20}$', '(a?){99}$', '^(([a-z])+.)+[A-Z]([a-z])+$'])(
    'is one that would run away elsewhere: %s',
    async (pattern) => {
      expect(readPattern(pattern)).toBeTypeOf('object');
      expect(await bench.slowest(pattern, TEXTS)).toBeLessThan(1_000);
    },
  );

  test('says of a text what JavaScript says', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'x', 'é', '1', ' ', '!'), maxLength: 6 });
    fc.assert(
      fc.property(anchored, text, (pattern, of) => {
        const read = readPattern(pattern);
        if (typeof read !== 'string') expect(read.test(of)).toBe(new RegExp(pattern, 'u').test(of));
      }),
      { seed: 12, numRuns: 2_000 },
    );
  });
});

describe('a pattern that is not', () => {
  test.each([
    ['ok(', 'is no regular expression'],
    ['(?=a)b', 'looks around or refers back'],
    ['(?<!a)b', 'looks around or refers back'],
    ['(a)\\1', 'looks around or refers back'],
    ['(?<n>a)\\k<n>', 'looks around or refers back'],
    ['(a{1,30}){1,30}', 'repeats too much too often'],
    ['a'.repeat(1_001), 'is longer than 1000 characters'],
  ])('is %s: it %s', (pattern, why) => expect(readPattern(pattern)).toBe(why));
});
