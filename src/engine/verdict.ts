import type { ProbeUse, Tolerance } from '../experiment/experiment.ts';
import type { JudgedPhase, ProbeVerdict } from '../journal/entries.ts';
import { lowerBound, samplesNeeded } from '../kernel/statistics.ts';
import { renderShare } from '../kernel/units.ts';
import { readTally, type Tally } from './tally.ts';

/** The tolerance that a phase is judged by. */
const toleranceOf = (use: ProbeUse, phase: JudgedPhase): Tolerance =>
  phase === 'during' ? (use.during ?? use.tolerance) : use.tolerance;

/** How many samples the strictest rule of a tolerance needs before it can be said to hold. */
export const neededFor = ({ successAtLeast, latency }: Tolerance): number =>
  Math.max(
    1,
    ...[successAtLeast ?? 1, ...latency.map(({ quantile }) => quantile)].map((share) => samplesNeeded(share)),
  );

/**
 * Judges one probe in one phase. Deviated: the exact 95 % bound proves a rule violated. Held: every rule is met by what
 * was seen, and the sample is large enough to have shown a violation. Otherwise inconclusive.
 */
export function judgeProbe(use: ProbeUse, phase: JudgedPhase, tally: Tally): ProbeVerdict {
  const tolerance = toleranceOf(use, phase);
  const reading = { probe: use.name, phase, ...readTally(tally), samplesNeeded: neededFor(tolerance) };
  if (tally.samples === 0) return { ...reading, verdict: 'no traffic', reasons: ['no sample was taken'] };
  const rulings = [successRule(tolerance, tally), ...latencyRules(tolerance, tally)];
  const found = (['deviated', 'inconclusive'] as const).find((verdict) =>
    rulings.some((one) => one.verdict === verdict),
  );
  return { ...reading, verdict: found ?? 'held', reasons: rulings.map(({ reason }) => reason) };
}

interface Ruling {
  readonly verdict: 'held' | 'deviated' | 'inconclusive';
  readonly reason: string;
}

/** Without a share, one bad sample is a violation. */
function successRule({ successAtLeast }: Tolerance, { samples, good }: Tally): Ruling {
  if (successAtLeast !== undefined) {
    return rule({ what: `${good} of ${samples} samples are good`, share: successAtLeast, met: good, samples });
  }
  const bad = samples - good;
  if (bad > 0) return { verdict: 'deviated', reason: `${bad} of ${samples} samples break the rule; none may` };
  return { verdict: 'held', reason: `none of ${samples} samples breaks the rule` };
}

const latencyRules = ({ latency }: Tolerance, { samples, slow }: Tally): Ruling[] =>
  latency.map(({ quantile, belowMs }, index) => {
    const met = samples - (slow[index] ?? 0);
    return rule({ what: `${met} of ${samples} samples took less than ${belowMs} ms`, share: quantile, met, samples });
  });

/** The claim that at least a share of all observations is good, judged by a sample in which `met` are. */
function rule({ what, share, met, samples }: { what: string; share: number; met: number; samples: number }): Ruling {
  const asked = `${what} (${renderShare(met / samples)}); ${renderShare(share)} must`;
  const needed = samplesNeeded(share);
  const failures = samples - met;
  if (failures > 0 && (share >= 1 || lowerBound(failures, samples) > 1 - share)) {
    return { verdict: 'deviated', reason: `${asked}: violated` };
  }
  if (met < share * samples - 1e-9) {
    return { verdict: 'inconclusive', reason: `${asked}: not met, and too few samples to prove it violated` };
  }
  if (samples < needed) return { verdict: 'inconclusive', reason: `${asked}: too few samples, ${needed} are needed` };
  return { verdict: 'held', reason: `${asked}: met` };
}

/** Whether what was seen meets every rule, be the sample large enough or not. */
export function meets(
  { successAtLeast, latency }: Tolerance,
  { samples, good, slow }: Omit<Tally, 'errors' | 'latencies'>,
) {
  const share = successAtLeast ?? 1;
  return (
    good >= share * samples - 1e-9 &&
    latency.every(({ quantile }, index) => samples - (slow[index] ?? 0) >= quantile * samples - 1e-9)
  );
}
