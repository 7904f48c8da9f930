import type { Hypothesis, ProbeUse } from '../experiment/experiment.ts';
import type { ProbeVerdict } from '../journal/entries.ts';
import { Recovery } from './recovery.ts';
import { enter, MethodEnd, type Run } from './run-state.ts';
import { rulesOf, watchStop } from './stop.ts';
import { judgeProbe, neededFor } from './verdict.ts';

/** Starts to measure, waits for as long as the baseline takes, and judges it. */
export async function measureBaseline(run: Run): Promise<readonly ProbeVerdict[]> {
  const { experiment, sampler, clock, method, methodOver, sampling } = run;
  const { probes, baselineMs } = experiment.hypothesis;
  await enter(run, 'baseline');
  await sampler.start(probes, sampling.signal);
  const unstoppable = AbortSignal.any([method.signal, methodOver.signal, sampling.signal]);
  await sampler.start(experiment.stopConditions, unstoppable, (use) => stopper(run, use, unstoppable));
  await clock.sleep(baselineMs, method.signal);
  sampler.mark('between');
  await sampler.drained('baseline');
  method.signal.throwIfAborted();
  return judgePart(run, 'baseline');
}

/** The verdicts over what was sampled while a fault was in place. */
export async function judgeDuring(run: Run): Promise<readonly ProbeVerdict[]> {
  await run.sampler.drained('during');
  return judgePart(run, 'during');
}

function judgePart({ experiment, sampler }: Run, part: 'baseline' | 'during'): readonly ProbeVerdict[] {
  return experiment.hypothesis.probes.flatMap((use) => {
    const tally = sampler.tally(use, part);
    return tally ? [judgeProbe(use, part, tally)] : [];
  });
}

/** Ends the method as soon as a stop condition is met; an observation that is answered after the method ends nothing. */
function stopper({ experiment, journal, method }: Run, use: ProbeUse, unstoppable: AbortSignal) {
  const watch = watchStop(use, rulesOf(experiment.stopConditions));
  return (sample: Parameters<typeof watch>[0]) => {
    const evidence = watch(sample);
    if (evidence === undefined || unstoppable.aborted) return;
    method.abort(new MethodEnd('a stop condition is met'));
    void journal.record({ type: 'stop-condition', name: use.name, evidence });
  };
}

/**
 * Waits until every probe is back within its tolerance and stays there, or the time for that is over; then goes on until
 * the samples since suffice for a verdict.
 */
export async function measureRecovery(run: Run): Promise<readonly ProbeVerdict[]> {
  const { experiment, sampler, clock, sampling } = run;
  const { probes, stayMs } = experiment.hypothesis;
  const inVain = AbortSignal.any([run.control.abort, run.gone.signal]);
  await enter(run, 'recovery');
  const fromMs = clock.nowMs();
  const ways = probes.map((use) => ({ use, recovery: new Recovery(use.tolerance, stayMs) }));
  for (const { use, recovery } of ways) sampler.follow(use, recovery);
  sampler.mark('recovery');
  const back = await Promise.all(
    ways.map(async (way) => ({ ...way, backAtMs: await awaitReturn(run, { ...way, fromMs, inVain }) })),
  );
  const enough = Math.max(...back.map(({ use, backAtMs }) => (backAtMs ?? -Infinity) + afterMs(use, stayMs)), 0);
  if (back.every(({ backAtMs }) => backAtMs !== null)) await clock.sleep(Math.max(0, enough - clock.nowMs()), inVain);
  sampling.abort();
  await sampler.drained('recovery');
  return back.flatMap(({ use, recovery, backAtMs }) => {
    if (backAtMs === null) return [];
    const samples = recovery.samples.filter(({ atMs }) => atMs >= backAtMs);
    return [judgeProbe(use, 'after', sampler.countAgain(use, samples, use.tolerance))];
  });
}

/** How long the phase after recovery lasts for a probe: until it has the samples that its verdict needs. */
const afterMs = ({ tolerance, ratePerSecond }: ProbeUse, stayMs: number): number =>
  Math.max(stayMs, ((neededFor(tolerance) + 1) * 1_000) / ratePerSecond);

const LOOK_MS = 100;

/** The longest that the recovery is measured. */
export function recoveryLimitMs({ probes, recoverWithinMs, stayMs }: Hypothesis): number {
  const latest = probes.map((use) => Math.max(stayMs + answersMs(use) + LOOK_MS, afterMs(use, stayMs)) + use.timeoutMs);
  return recoverWithinMs + Math.max(0, ...latest);
}

/** By then the sample that is due now, and the one after it, are known. */
const answersMs = ({ timeoutMs, ratePerSecond }: ProbeUse): number => timeoutMs + 2_000 / ratePerSecond + LOOK_MS;

/** When the probe was back; null when it was not in time. */
async function awaitReturn(
  { experiment, clock, journal }: Run,
  { use, recovery, fromMs, inVain }: { use: ProbeUse; recovery: Recovery; fromMs: number; inVain: AbortSignal },
): Promise<number | null> {
  const { recoverWithinMs, stayMs } = experiment.hypothesis;
  const latestMs = fromMs + recoverWithinMs;
  // The last sample that counts is known once it has run out of time; the one after it, a period later.
  const lastLookMs = latestMs + stayMs + answersMs(use);
  for (;;) {
    const backAtMs = recovery.backAt();
    const late = (backAtMs ?? recovery.notBefore()) > latestMs || clock.nowMs() > lastLookMs;
    if (backAtMs !== undefined && !late) {
      await journal.record({ type: 'recovered', probe: use.name, afterMs: Math.round(backAtMs - fromMs) });
      return backAtMs;
    }
    if (late) {
      await journal.record({ type: 'recovered', probe: use.name, afterMs: null });
      return null;
    }
    await clock.sleep(LOOK_MS, inVain);
  }
}
