import { expect, test } from 'vitest';
import type { Entry } from '../../src/journal/entries.ts';
import { renderJunit } from '../../src/report/junit.ts';
import { readRun } from '../../src/report/reading.ts';
import { command, deviated, dirty, entriesOf, held, refused, verdict } from './entries.ts';

const junit = (...runs: readonly (readonly Entry[])[]) => renderJunit(runs.map((entries) => readRun(entries)));

test('each experiment is a suite, with a case for the verdict, for each probe and phase, and for each injection', () => {
  const xml = junit(held, deviated);
  expect(elementsOf(xml).filter((name) => name === 'testsuite')).toHaveLength(2);
  expect(elementsOf(xml).filter((name) => name === 'testcase')).toHaveLength(6 + 4);
  expect(xml).toContain('name="checkout, during"');
  expect(xml).toContain('name="az.power-loss on use1-az1"');
});

test('a run that held has no failure and no error', () => {
  expect(junit(held)).toMatch(/tests="6" failures="0" errors="0"/);
});

test('a program of the author that ran is no error, though nothing can observe its effect', () => {
  expect(junit(command)).toMatch(/tests="2" failures="0" errors="0"/);
  const unseen = held.filter((entry) => entry.type !== 'attested');
  expect(junit(unseen)).toMatch(/failures="0" errors="1"/);
});

test('a deviation is a failure, everything that is not a verdict is an error', () => {
  expect(junit(deviated)).toMatch(/failures="2" errors="0"/);
  expect(junit(refused)).toMatch(/failures="0" errors="1"/);
  expect(junit(dirty)).toMatch(/failures="0" errors="2"/);
});

test('whatever a target answers, the document stays well-formed XML', () => {
  const nasty = '\u0000 \u001B[31mred\u001B[39m <b> & "quotes" ]]> \uD800 \uFFFE \u{1F4A5} 日本';
  const entries = entriesOf([
    { type: 'judged', verdicts: [verdict({ probe: nasty, verdict: 'deviated', reasons: [nasty] })] },
    { type: 'run-ended', outcome: 'deviated', why: nasty, targets: 'restored' },
  ]);
  const xml = junit(entries);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML 1.0 forbids.
  expect(xml).not.toMatch(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDFFF]/u);
  expect(elementsOf(xml)).toContain('failure');
  expect(xml).toContain('\u{1F4A5} 日本');
  expect(xml).toContain('␀ ␛[31mred');
});

/** The names of the elements of a document, in order. Throws when a tag is not closed or a bare `<` or `&` is left. */
function elementsOf(xml: string): string[] {
  const names: string[] = [];
  const open: string[] = [];
  let rest = xml.replace(/^<\?xml[^>]*\?>/, '').replace(/<!\[CDATA\[[\s\S]*?\]\]>/g, '');
  for (;;) {
    const tag = /^([^<]*)<(\/?)([\w-]+)((?:\s+[\w-]+="[^"<]*")*)\s*(\/?)>/.exec(rest);
    if (!tag) break;
    const [whole, text = '', closing, name = '', attributes = '', selfClosing] = tag;
    if (/&(?!(amp|lt|gt|quot|apos|#x?[0-9A-Fa-f]+);)/.test(text + attributes)) throw new Error(`bare & near ${whole}`);
    if (closing) {
      if (open.pop() !== name) throw new Error(`unexpected </${name}>`);
    } else {
      names.push(name);
      if (!selfClosing) open.push(name);
    }
    rest = rest.slice(whole.length);
  }
  if (open.length > 0 || rest.trim() !== '') throw new Error(`not well-formed near ${rest.slice(0, 60)}`);
  return names;
}
