import type { ProbeUse } from '../experiment/experiment.ts';
import type { Probe } from '../kernel/define.ts';
import { CallError } from '../kernel/errors.ts';
import type { ReadPort } from '../kernel/ports.ts';
import type { Sample } from './tally.ts';
import { within } from './time.ts';
import { whyBad } from './tolerance.ts';

/** What samples are for: the part of the run in which they were due. `between` is shown and judged by nothing. */
export type Label = 'baseline' | 'between' | 'during' | 'recovery';

export interface OpenLoop {
  readonly use: ProbeUse;
  readonly probe: Probe;
  readonly host: ReadPort;
  /** Ends the loop; observations in flight go on. */
  readonly signal: AbortSignal;
  /** Which part of the run a sample belongs to, by its intended start. */
  readonly labelAt: (atMs: number) => Label;
  /** Told of every sample in the order of the schedule; what it returns is told the sample itself, once it is known. */
  readonly due: (label: Label) => (sample: Sample) => void;
}

/** A schedule that fell back further than this was not kept by this process: it was stopped. The gap is left out. */
const STOPPED_MS = 5_000;

/**
 * Observes on an absolute schedule, whether earlier observations have been answered or not, and counts latency from the
 * intended start: a loop that waits for answers would hide the outage it is to measure. What cannot be sent, because too
 * many observations are in flight, has failed.
 */
export async function observeOpenLoop(loop: OpenLoop): Promise<void> {
  const { use, host, signal } = loop;
  const { clock } = host;
  const periodMs = 1_000 / use.ratePerSecond;
  const cap = Math.max(64, Math.ceil((use.ratePerSecond * use.timeoutMs) / 1_000));
  let start = clock.nowMs();
  let inFlight = 0;
  for (let index = 0; !signal.aborted; index++) {
    const early = start + index * periodMs - clock.nowMs();
    if (early > 0 && !(await slept(host, early, signal))) return;
    const late = clock.nowMs() - (start + index * periodMs);
    if (late > STOPPED_MS) start += late;
    const atMs = start + index * periodMs;
    const label = loop.labelAt(atMs);
    const done = loop.due(label);
    if (inFlight >= cap) {
      done({ atMs, latencyMs: clock.nowMs() - atMs, bad: 'UNSENT' });
      continue;
    }
    inFlight++;
    void observe(loop, label).then((bad) => {
      inFlight--;
      done({ atMs, latencyMs: clock.nowMs() - atMs, bad });
    });
  }
}

/** Makes one observation. @returns why it is bad. Never rejects. */
async function observe({ use, probe, host }: OpenLoop, label: Label): Promise<string | undefined> {
  const tolerance = label === 'during' ? (use.during ?? use.tolerance) : use.tolerance;
  try {
    const seen = await within(host.clock, use.timeoutMs, undefined, (signal) => probe.observe(use.with, host, signal));
    return whyBad(seen, tolerance);
  } catch (error) {
    return error instanceof CallError ? error.code : 'PROBE FAILED';
  }
}

/** @returns false when the signal ended the sleep. */
const slept = ({ clock }: ReadPort, ms: number, signal: AbortSignal): Promise<boolean> =>
  clock.sleep(ms, signal).then(
    () => true,
    () => false,
  );
