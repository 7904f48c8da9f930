import { expect, test } from 'vitest';
import { faultStep } from '../support/run-lamps.ts';
import { type Case, caseOf } from './cases.ts';
import { violations } from './property.ts';
import { FOLDER, play } from './simulate.ts';

/** `npm run sim -- --seed S --runs N` sets these; `.ci/run` plays 10,000. */
const FIRST = Number(process.env.SIM_SEED ?? 1);
const RUNS = Number(process.env.SIM_RUNS ?? 150);

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

/** Mean to nobody: whatever goes wrong is the doing of the one who stops and kills. */
const CALM = {
  throttled: 0,
  lostBefore: 0,
  lostAfter: 0,
  lostAndLate: 0,
  stale: 0,
  consistencyMs: 0,
  latenessMs: 1_000,
  slow: 0,
  slowestMs: 3_000,
};

test('a run that is stopped just before any effect, taken over, woken and killed after that effect leaves nothing', async () => {
  const base = caseOf(1);
  // Longer than the watchdog bears its silence, shorter than the limit of a call: the call is not given up at its waking.
  const forMs = 17_000;
  const dark = faultStep({ fault: 'az.power-loss', select: { zone: 'use1-az2' }, forMs: 2_000 });
  for (let atEffect = 10; atEffect <= 30; atEffect++) {
    const one: Case = {
      ...base,
      experiment: { ...base.experiment, method: [dark], rollbacks: [] },
      meanness: CALM,
      stop: { atEffect, forMs },
      runDies: { atEffect: atEffect + 1, how: 'before' },
      watchdogDies: undefined,
      recoveriesDie: [],
      abortAtMs: undefined,
      leaveAfterMs: undefined,
      meddling: undefined,
    };
    expect(violations(one, await play(one)), `stopped before effect ${atEffect}`).toEqual([]);
  }
});

test('the same seed is the same run', async () => {
  for (const seed of [FIRST, FIRST + 7, FIRST + 11]) {
    const [first, second] = [await play(caseOf(seed)), await play(caseOf(seed))];
    const journalOf = ({ disk }: typeof first) => disk.texts.get(`${FOLDER}/journal.jsonl`);
    expect(journalOf(first)).toBe(journalOf(second));
    expect(first.finalState).toBe(second.finalState);
  }
});
