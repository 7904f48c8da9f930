import { expect, test } from 'vitest';
import { caseOf } from './cases.ts';
import { violations } from './property.ts';
import { FOLDER, play } from './simulate.ts';

/** `npm run sim -- --seed S --runs N` sets these. */
const FIRST = Number(process.env.SIM_SEED ?? 1);
const RUNS = Number(process.env.SIM_RUNS ?? 300);

test(`every target is restored, spent as declared, or listed dirty (${RUNS} seeds from ${FIRST})`, async () => {
  const outcomes: Record<string, number> = {};
  for (let seed = FIRST; seed < FIRST + RUNS; seed++) {
    const one = caseOf(seed);
    const replay = `npm run sim -- --seed ${seed} --runs 1`;
    const played = await play(one).catch((error: Error) => {
      throw new Error(`seed ${seed} cannot be played: ${error.stack}\nreplay it with: ${replay}`);
    });
    const found = violations(one, played);
    if (RUNS === 1) console.log(played.disk.texts.get(`${FOLDER}/journal.jsonl`));
    if (found.length > 0) expect.fail(`seed ${seed}: ${found.join('\n')}\nreplay it with: ${replay}`);
    const key = played.outcome ?? 'died';
    outcomes[key] = (outcomes[key] ?? 0) + 1;
  }
  // A region in which nothing holds, or nobody dies, would prove nothing.
  if (RUNS >= 100) for (const often of ['held', 'deviated', 'died']) expect(outcomes[often]).toBeGreaterThan(RUNS / 25);
  if (RUNS > 1) console.log(`simulated ${RUNS} runs from seed ${FIRST}: ${JSON.stringify(outcomes)}`);
}, 3_600_000);

test('the same seed is the same run', async () => {
  for (const seed of [FIRST, FIRST + 7, FIRST + 11]) {
    const [first, second] = [await play(caseOf(seed)), await play(caseOf(seed))];
    const journalOf = ({ disk }: typeof first) => disk.texts.get(`${FOLDER}/journal.jsonl`);
    expect(journalOf(first)).toBe(journalOf(second));
    expect(first.finalState).toBe(second.finalState);
  }
});
