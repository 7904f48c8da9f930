import type { Hypothesis } from './experiment.ts';
import { HYPOTHESIS } from './grammar.ts';
import { readProbeUses } from './probe-use.ts';
import { defaultPhaseMs } from './sample.ts';
import type { Path } from './source.ts';

const AT: Path = ['steadyStateHypothesis'];

/** Reads the hypothesis. Phases that the file gives no length are as long as the claims need. */
export function readHypothesis(reading: Parameters<typeof readProbeUses>[0], title: string): Hypothesis {
  const { checker } = reading;
  const read = checker.fields(HYPOTHESIS, AT);
  const at = [...AT, 'probes'];
  const probes = readProbeUses(reading, at, { during: true });
  const given = checker.at(at);
  if (Array.isArray(given) && given.length === 0) {
    const fix = 'list at least one probe';
    checker.say('SPEC_MISSING', at, 'the hypothesis has no probe, so nothing could be found out', { fix });
  }
  return {
    title: read.title ?? title,
    probes,
    baselineMs: read.baseline ?? defaultPhaseMs(probes, 5_000),
    recoverWithinMs: read.recoverWithin ?? 30_000,
    stayMs: read.stay ?? defaultPhaseMs(probes, 3_000),
  };
}
