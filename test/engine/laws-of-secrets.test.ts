import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judge } from '../../src/engine/judge.ts';
import type { EntryBody } from '../../src/journal/entries.ts';
import { openJournal } from '../../src/journal/journal.ts';
import { pending } from '../../src/journal/pending.ts';
import { parseJournal } from '../../src/journal/read.ts';
import { readSecrets } from '../../src/journal/undo.ts';
import { redactor } from '../../src/kernel/redact.ts';
import { bodies, otherTexts } from '../support/entries-that-say.ts';
import { FORMS, leaks } from '../support/leaks.ts';
import { MemoryDisk } from '../support/memory-files.ts';
import { commandStep, faultStep, lampExperiment, probeUse, scene } from '../support/run-lamps.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

/** Words that stand in the structure of a journal, and texts that do not. */
const WORDS = [
  'captured',
  'web-a1',
  '1.web-a1',
  'injecting',
  'reverted',
  'type',
  'injection',
  'restored',
  'reverts',
  'lamp.darken',
  'run-ended',
  'deviated',
  'phase',
  'method',
  'digest',
  'true',
  'null',
  'seq',
  '"v":1',
  'verdicts',
];
const secretsArb = fc.array(fc.oneof(fc.constantFrom(...WORDS), fc.string({ minLength: 4, maxLength: 12 })), {
  maxLength: 5,
});

const written = async (secrets: readonly string[], all: readonly EntryBody[]) => {
  const disk = new MemoryDisk();
  const journal = await openJournal({
    files: disk.files(),
    clock: new VirtualClock(),
    folder: '/f',
    redact: redactor(secrets),
    listen: () => {},
  });
  for (const body of all) await journal.append(body);
  return { text: disk.texts.get('/f/journal.jsonl') ?? '', journal };
};

describe('whatever the secrets are', () => {
  test('what is to be restored and how the run ended reads back from disk the same', async () => {
    await fc.assert(
      fc.asyncProperty(secretsArb, async (secrets) => {
        for (const end of [
          [],
          [{ type: 'reverted', injection: '1.web-a1', how: 'restored', verified: null, afterMs: 1 } as const],
        ]) {
          const all = [...bodies(secrets[0] ?? 'none'), ...end];
          const [plain, hidden] = [await written([], all), await written(secrets, all)];
          const [a, b] = [parseJournal(plain.text, 'x').entries, parseJournal(hidden.text, 'x').entries];
          expect(pending(b)).toEqual(pending(a));
          expect(pending(hidden.journal.entries)).toEqual(pending(a));
          const { outcome, targets } = judge(a);
          expect(judge(b)).toMatchObject({ outcome, targets });
          expect(judge(hidden.journal.entries)).toEqual(judge(a));
        }
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  test('none that is no word of the structure stands in the text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[A-Z!"\\ü]{6,12}$/), async (secret) => {
        const { text } = await written([secret], [...bodies(secret), ...otherTexts(secret)]);
        expect(text).not.toContain(secret);
        expect(text).not.toContain(JSON.stringify(secret).slice(1, -1));
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});

const SECRETS = [
  "it's-a-s3cretpw",
  'correct horse+battery',
  'p@ss/w"rd\\x',
  "~(a*b)!'ü %41<&>",
  '??>>~~ÿÿ00',
  'hunter2',
  'ca$h"`42',
  'Qy\nZx1\nWv',
  'say "hi" \\o/ now',
];

describe.each(Object.entries(FORMS))('a secret %s', (_, form) => {
  test.each(SECRETS)('stands in no entry: %s', async (secret) => {
    expect(leaks(form(secret), secret)).not.toEqual([]);
    const { text } = await written([secret], [...bodies(form(secret)), ...otherTexts(form(secret))]);
    expect(leaks(text, secret)).toEqual([]);
  });
});

test('whatever a secret is and wherever it stands, no form of it can be read', () => {
  const secret = fc.string({ minLength: 6, maxLength: 40, unit: 'grapheme' });
  const around = fc.string({ maxLength: 9, unit: fc.constantFrom('a', 'Z', '0', '=', '/', ' ', '\n', '"', '%') });
  fc.assert(
    fc.property(secret, fc.constantFrom(...Object.values(FORMS)), around, around, (hidden, form, before, after) => {
      fc.pre(hidden.trim() === hidden && !hidden.includes('redacted'));
      const text = before + form(hidden) + after;
      const told = redactor([hidden])(text);
      expect(leaks(told, hidden).filter((piece) => !leaks(before + after, hidden).includes(piece))).toEqual([]);
    }),
    { seed: 7, numRuns: 1_000 },
  );
});

test('what is told depends on no bit of a secret', () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9]{9}$/);
  fc.assert(
    fc.property(secret, secret, fc.constantFrom(...Object.values(FORMS)), (one, other, form) => {
      expect(redactor([one])(form(one))).toBe(redactor([other])(form(other)));
    }),
    { seed: 7, numRuns: 500 },
  );
});

test('what holds no secret is told as it is', () => {
  const redact = redactor([...SECRETS, 'wJalrXUtnFEMI/K7MDENG', '-----BEGIN KEY-----\nMIIEvline1\n']);
  const text = fc.oneof(fc.lorem({ mode: 'sentences' }), fc.base64String(), fc.string());
  fc.assert(
    fc.property(text, (said) => {
      expect(redact(said)).toBe(said);
    }),
    { seed: 7, numRuns: 1_000 },
  );
});

test('a secret of several lines is hidden when a message holds one long line of it, and without its last line break', async () => {
  const key = '-----BEGIN KEY-----\nMIIEvline1\r\nMIIEvline2\nab\n';
  for (const line of ['MIIEvline1', 'MIIEvline2', key.trim()]) {
    const { text } = await written([key], bodies(`exited with 3: ${line}`));
    expect(text).not.toMatch(/MIIEv|BEGIN/);
  }
  expect((await written(['hunter2\n'], bodies('hunter2'))).text).not.toContain('hunter2');
});

describe('a run with secrets', () => {
  test.each(['captured', 'injecting', '1.a1', 'lamp.darken', 'reverted'])(
    'restores its targets when one is "%s"',
    async (secret) => {
      const at = scene({ secrets: [secret] });
      const { outcome } = await at.run(lampExperiment({ parameters: { dbPassword: secret }, secrets: [secret] }));
      expect(outcome).toBe('held');
      expect(at.world.lamps.every(({ lit }) => lit)).toBe(true);
      expect(at.world.sent).toHaveLength(2);
      expect(await readSecrets(at.disk.files(), at.folder)).toEqual([secret]);
    },
  );

  test('writes no text of a probe that holds one to its samples', async () => {
    const at = scene({ secrets: ['hunter22'] });
    const matches = { source: 'hunter22', test: () => false };
    const tolerance = { successAtLeast: 0.9, latency: [], fields: [{ field: 'lit', matches }] };
    await at.run(lampExperiment({ hypothesis: { probes: [probeUse({ tolerance })] } }));
    const samples = at.disk.texts.get(`${at.folder}/samples.jsonl`) ?? '';
    expect(samples).toContain('[redacted]');
    expect(samples).not.toContain('hunter22');
  });

  test('is recovered without a word of them', async () => {
    const at = scene({ secrets: ['hunter22'] });
    at.world.failing.add('undo hunter22');
    const method = [commandStep('do it', 'undo hunter22')];
    await at.run(lampExperiment({ method, secrets: ['hunter22'] }));
    const { failed } = await at.recover();
    expect(failed).toHaveLength(1);
    expect(JSON.stringify(failed)).not.toContain('hunter22');
    expect(at.disk.texts.get(`${at.folder}/journal.jsonl`)).not.toContain('hunter22');
  });
});

describe('a stop condition', () => {
  test('that is met after the method ended stops nothing, and nothing follows the end', async () => {
    const at = scene();
    at.world.onWrite = ({ operation }) => {
      if (operation === 'Light') at.world.light = () => 0;
    };
    const { outcome } = await at.run(lampExperiment({ stopConditions: [probeUse({ name: 'gone' })] }));
    expect(outcome).toBe('deviated');
    await at.clock.run(at.clock.sleep(20_000));
    expect(at.entries().some(({ type }) => type === 'stop-condition')).toBe(false);
    expect(at.entries().at(-1)?.type).toBe('run-ended');
  });
});

describe('count', () => {
  test('is spent when the plan is made: a newcomer that sorts first pushes nobody out', async () => {
    const at = scene();
    let reads = 0;
    at.world.onRead = ({ operation }) => {
      if (operation === 'DescribeLamps' && ++reads === 3)
        at.world.lamps.unshift({ name: 'a0', zone: 'a', lit: true, whole: true, by: 'nobody' });
    };
    const { outcome } = await at.run(lampExperiment({ method: [faultStep({ take: { count: 1, choose: 'first' } })] }));
    expect(at.world.sent.map(({ input }) => input.name)).toEqual(['a1', 'a1']);
    expect(outcome).toBe('held');
  });
});
