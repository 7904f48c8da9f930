import { samplesNeeded } from '../kernel/statistics.ts';
import { renderDuration, renderShare } from '../kernel/units.ts';
import type { Checker } from './checker.ts';
import type { ProbeUse, Tolerance } from './experiment.ts';
import type { Path } from './source.ts';
import { QUANTILES } from './tolerance.ts';

interface Claim {
  /** "at least 99%" or "p99": how the claim reads. */
  readonly words: string;
  readonly needed: number;
  readonly path: Path;
}

/** The claim of a tolerance that needs the most samples. */
function boldest(tolerance: Tolerance, path: Path): Claim | undefined {
  const claims: Claim[] = [];
  if (tolerance.successAtLeast !== undefined) {
    const words = `"success at least ${renderShare(tolerance.successAtLeast)}"`;
    claims.push({ words, needed: samplesNeeded(tolerance.successAtLeast), path: [...path, 'success', 'atLeast'] });
  }
  for (const { quantile } of tolerance.latency) {
    const name = Object.entries(QUANTILES).find(([, value]) => value === quantile)?.[0] ?? 'p50';
    claims.push({ words: `"latency ${name}"`, needed: samplesNeeded(quantile), path: [...path, 'latency', name] });
  }
  return claims.reduce<Claim | undefined>((a, b) => (a && a.needed >= b.needed ? a : b), undefined);
}

/** The phases that are measured for a fixed time unless the file says how long: enough for the claims, within reason. */
export function defaultPhaseMs(uses: readonly ProbeUse[], leastMs: number): number {
  const wanted = uses.map((use) => ((boldest(use.tolerance, [])?.needed ?? 0) / use.ratePerSecond) * 1_000);
  return Math.min(60_000, Math.ceil(Math.max(leastMs, ...wanted) / 1_000) * 1_000);
}

export interface Phases {
  readonly baselineMs: number;
  readonly methodMs: number;
  /** How much of the method a fault or command is in place: the time that `during` is judged by. */
  readonly harmedMs: number;
  readonly stayMs: number;
}

/** Refuses claims that the planned sample cannot support: a verdict on too few samples would be worth nothing. */
export function checkSample(checker: Checker, use: ProbeUse, path: Path, phases: Phases): void {
  const during: Path = [...path, use.during ? 'during' : 'tolerance'];
  const told = new Set<string>();
  checkLag(checker, use, path, phases);
  for (const { name, ms, claim, lengthen } of [
    {
      name: 'the baseline',
      ms: phases.baselineMs,
      claim: boldest(use.tolerance, [...path, 'tolerance']),
      lengthen: 'baseline',
    },
    {
      name: phases.harmedMs < phases.methodMs ? 'the time with a fault in place' : 'the method',
      ms: phases.harmedMs,
      claim: boldest(use.during ?? use.tolerance, during),
      lengthen: phases.harmedMs < phases.methodMs ? 'fault' : 'for',
    },
    {
      name: 'the time after recovery',
      ms: phases.stayMs,
      claim: boldest(use.tolerance, [...path, 'tolerance']),
      lengthen: 'stay',
    },
  ]) {
    const planned = Math.floor((use.ratePerSecond * ms) / 1_000 + 1e-9);
    if (!claim || planned >= claim.needed || told.has(name)) continue;
    told.add(name);
    const what = `${claim.words} needs ${claim.needed} samples, and ${name} yields ${planned} (${renderRate(use.ratePerSecond)} for ${renderDuration(ms)})`;
    checker.say('SPEC_SAMPLE', claim.path, what, { fix: fixOf(claim.needed, use.ratePerSecond, ms, lengthen) });
  }
}

/** What is seen late is mostly not of the time in which something is harmed, unless that lasts. */
function checkLag(checker: Checker, { name, lagMs = 0 }: ProbeUse, path: Path, { harmedMs }: Phases): void {
  if (harmedMs === 0 || harmedMs >= 2 * lagMs) return;
  const what = `what "${name}" sees is up to ${renderDuration(lagMs)} old, and a fault is in place for ${renderDuration(harmedMs)}`;
  const fix = `choose a shorter "period", or let the fault stay for ${renderDuration(2 * lagMs)}`;
  checker.say('SPEC_SAMPLE', [...path, 'with'], what, { fix });
}

function fixOf(needed: number, ratePerSecond: number, ms: number, lengthen: string): string {
  const enoughMs = Math.ceil(needed / ratePerSecond) * 1_000;
  const enoughRate = ms > 0 ? Math.ceil((needed / ms) * 1_000) : Infinity;
  const exact = renderExact(enoughMs);
  const subject = { for: 'the method last', fault: 'the fault stay' }[lengthen];
  const longer = subject ? `let ${subject} ${exact} ("for: ${exact}")` : `set "${lengthen}: ${exact}"`;
  return enoughRate <= 1_000 ? `set "rate: ${enoughRate}/s" in "with", or ${longer}` : longer;
}

/** A whole number of seconds, so that the advice is enough when followed to the letter. */
const renderExact = (ms: number): string => `${Math.ceil(ms / 1_000)}s`;

function renderRate(perSecond: number): string {
  if (perSecond >= 1) return `${Number(perSecond.toFixed(2))}/s`;
  return perSecond * 60 >= 1
    ? `${Number((perSecond * 60).toFixed(2))}/m`
    : `${Number((perSecond * 3_600).toFixed(2))}/h`;
}
