import type { ProbeVerdict } from '../journal/entries.ts';
import { renderDuration, renderShare } from '../kernel/units.ts';
import type { InjectionReading } from './injections.ts';
import { JUDGED_PHASES, type RunReading } from './reading.ts';
import { chosenWith } from './seed.ts';
import { latency, type Paint, padEnd, padStart, shorten, wrap } from './text.ts';

/** From this width on, a row also shows the median and the most frequent failures. */
const WIDE = 84;
const PHASE_NAMES = { baseline: 'before', during: 'during', after: 'after' } as const;

/** The table of probes: for each its three phases, with counts, share and latency; the reasons under a row that fails. */
export function renderProbes({ verdicts }: RunReading, width: number, paint: Paint): string[] {
  const probes = [...new Set(verdicts.map(({ probe }) => probe))];
  return probes.flatMap((probe) => [
    paint.bold(shorten(probe, width)),
    ...JUDGED_PHASES.flatMap((phase) => {
      const verdict = verdicts.find((entry) => entry.probe === probe && entry.phase === phase);
      return verdict ? renderVerdict(verdict, width, paint) : [];
    }),
  ]);
}

function renderVerdict(verdict: ProbeVerdict, width: number, paint: Paint): string[] {
  const row = [
    padEnd(PHASE_NAMES[verdict.phase], 6),
    paintVerdict(verdict, paint)(padEnd(verdict.verdict, 12)),
    padStart(`${verdict.good} of ${verdict.samples}`, 14),
    padStart(verdict.samples > 0 ? renderShare(verdict.good / verdict.samples) : '', 7),
    padStart(verdict.latencyMs ? `p99 ${latency(verdict.latencyMs.p99)}` : '', 10),
    ...(width >= WIDE ? [padEnd(verdict.latencyMs ? `p50 ${latency(verdict.latencyMs.p50)}` : '', 10)] : []),
  ];
  const line = `  ${row.join(' ')}`.trimEnd();
  if (verdict.verdict === 'held') return [line];
  return [
    line,
    ...verdict.reasons.flatMap((reason) => wrap(reason, width, '         ')),
    ...wrap(describeErrors(verdict), width, '         ').map((text) => paint.dim(text)),
  ];
}

function describeErrors({ errors, samples, good }: ProbeVerdict): string {
  const listed = Object.entries(errors).map(([error, times]) => `${error} ${times}x`);
  return listed.length === 0 || samples === good ? '' : `failures: ${listed.join(', ')}`;
}

function paintVerdict({ verdict }: ProbeVerdict, paint: Paint): (text: string) => string {
  if (verdict === 'held') return paint.good;
  return verdict === 'deviated' ? paint.bad : paint.warn;
}

/** What was injected, what was seen of it, and how it was taken back. */
export function renderFaults({ injections, isRunning, seed }: RunReading, width: number, paint: Paint): string[] {
  if (injections.length === 0) return [];
  return [
    paint.bold('Faults'),
    ...(seed === undefined ? [] : wrap(chosenWith(seed), width, '  ').map(paint.dim)),
    ...injections.flatMap((injection) => [
      `  ${shorten(`${injection.fault} on ${injection.target}${describeZone(injection)}`, width - 2)}`,
      ...evidence(injection, isRunning).flatMap(({ text, tone }) =>
        wrap(text, width, '    ').map((line) => paint[tone](line)),
      ),
    ]),
  ];
}

const describeZone = ({ zone, target }: InjectionReading): string =>
  zone === undefined || zone === target ? '' : ` in ${zone}`;

type Toned = { readonly text: string; readonly tone: keyof Paint };

function evidence(injection: InjectionReading, isRunning: boolean): Toned[] {
  const { attested, attestedAfterMs, failure, state, fidelity, means } = injection;
  const lines: Toned[] = [];
  if (state === 'planned') lines.push({ text: 'planned, never injected', tone: 'dim' });
  if (state === 'not injected') lines.push({ text: `not injected: ${failure ?? ''}`, tone: 'warn' });
  if (attested) {
    const after = attestedAfterMs === undefined ? '' : ` after ${renderDuration(attestedAfterMs)}`;
    lines.push(
      attested.bites
        ? { text: `seen to bite${after} (${attested.level}): ${attested.evidence}`, tone: 'dim' }
        : { text: `did not bite${after} (${attested.level}): ${attested.evidence}`, tone: 'warn' },
    );
  } else if (means === 'command' && state !== 'planned' && state !== 'not injected') {
    lines.push({ text: 'a program of the experiment: nobody but its author knows its effect', tone: 'dim' });
  } else if (state !== 'planned' && state !== 'not injected' && !isRunning) {
    lines.push({ text: 'its effect was not observed', tone: 'warn' });
  }
  lines.push(...ending(injection, isRunning));
  if (fidelity !== undefined && state !== 'planned') lines.push({ text: fidelity, tone: 'dim' });
  return lines;
}

function ending(injection: InjectionReading, isRunning: boolean): Toned[] {
  const { state, restored, restoredAfterMs, restoredBy, verified, failure, saidBy } = injection;
  const by = restoredBy === undefined || restoredBy === 'run' ? '' : ` by ${restoredBy}`;
  const seen = verified === undefined ? '' : `: ${verified.evidence}`;
  if (restored === 'spent') return [{ text: 'permanent, as declared', tone: 'warn' }];
  if (restored === 'by hand') return [{ text: `restored by hand, as ${saidBy} says`, tone: 'warn' }];
  if (restored === 'vanished') return [{ text: 'no longer exists; nothing is left to restore', tone: 'dim' }];
  if (restored === 'already') return [{ text: `found restored${by}${seen}`, tone: 'dim' }];
  if (restored === 'restored') {
    return [{ text: `restored${by} after ${renderDuration(restoredAfterMs ?? 0)}${seen}`, tone: 'dim' }];
  }
  if (state === 'dirty') return [{ text: `NOT RESTORED: ${failure ?? ''}`, tone: 'bad' }];
  if (state !== 'harmed' && state !== 'in place') return [];
  return isRunning ? [{ text: 'in place', tone: 'warn' }] : [{ text: 'NOT KNOWN TO BE RESTORED', tone: 'bad' }];
}
