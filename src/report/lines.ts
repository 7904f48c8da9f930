import type { Entry, Phase } from '../journal/entries.ts';
import { outcomeOfProblems } from '../kernel/errors.ts';
import { renderDuration } from '../kernel/units.ts';
import { oneLine } from '../kernel/visible.ts';
import { elapsedMs } from './reading.ts';
import { chosenWith } from './seed.ts';
import { count } from './text.ts';

/** What a phase means to somebody who watches. */
export const PHASE_MEANING: Record<Phase, string> = {
  baseline: 'measuring the steady state; nothing is harmed yet',
  method: 'the faults go in',
  revert: 'restoring whatever is still harmed',
  recovery: 'waiting for the system to be itself again',
};

/** Puts entries into plain lines, in their order: it remembers what an injection is called and when the run began. */
export type LineRenderer = (entry: Entry) => string | undefined;

/** A renderer for the entries of one run after another, for logs and for terminals that cannot redraw. */
export function lineRenderer(): LineRenderer {
  let startedAt = '';
  let names = new Map<string, string>();
  let isRefused = false;
  return (entry) => {
    if (entry.type === 'run-started') {
      startedAt = entry.at;
      names = new Map();
      isRefused = false;
    }
    if (entry.type === 'refused') isRefused = true;
    // The line before has said it, with every reason.
    if (entry.type === 'run-ended' && isRefused) return undefined;
    if (entry.type === 'planned') {
      for (const { id, fault, target } of entry.injections) names.set(id, nameOf(fault, target));
    }
    if (entry.type === 'captured') names.set(entry.injection, nameOf(entry.fault, entry.target));
    const text = describeEntry(entry, 'injection' in entry ? (names.get(entry.injection) ?? entry.injection) : '');
    if (text === undefined) return undefined;
    return `[${stamp(elapsedMs(startedAt || entry.at, entry.at))}] ${oneLine(text)}`;
  };
}

/** `  12.3s`: the time since a run began, as every line shows it. */
export const stamp = (ms: number): string => `${(ms / 1_000).toFixed(1).padStart(6)}s`;

const nameOf = (fault: string, target: string): string => (fault === 'command' ? target : `${fault} on ${target}`);

/** The entry in words; undefined for those that nobody waits for. */
function describeEntry(entry: Entry, name: string): string | undefined {
  if ('injection' in entry) return describeInjection(entry, name);
  switch (entry.type) {
    case 'run-started':
      return `run ${entry.runId}: ${entry.experiment.title}`;
    case 'refused':
      return `${outcomeOfProblems(entry.problems)}: ${entry.problems.map(({ what }) => what).join('; ')}`;
    case 'planned':
      return describePlanned(entry);
    case 'phase':
      // What is restored says so itself.
      return entry.phase === 'revert' ? undefined : `${entry.phase}: ${PHASE_MEANING[entry.phase]}`;
    case 'rollback':
      if (entry.saidBy !== undefined)
        return `rollback played by hand, as ${entry.saidBy} says: ${entry.command.join(' ')}`;
      return `rollback ${entry.ok ? 'done' : 'failed'}: ${entry.command.join(' ')}${entry.ok ? '' : `: ${entry.detail}`}`;
    case 'stop-condition':
      return `stop condition "${entry.name}": ${entry.evidence}`;
    case 'abort-requested':
      return `abort requested by ${entry.by}`;
    case 'recovered':
      return entry.afterMs === null
        ? `${entry.probe} did not recover in time`
        : `${entry.probe} recovered after ${renderDuration(entry.afterMs)}`;
    case 'note':
      return `note: ${entry.text}`;
    case 'problem':
      return `${entry.problem.code}: ${entry.problem.what}`;
    case 'run-ended':
      return `${entry.outcome}: ${entry.why}`;
    default:
      return undefined;
  }
}

function describePlanned(entry: Extract<Entry, { type: 'planned' }>): string {
  const chosen = entry.seed === undefined ? '' : `, ${chosenWith(entry.seed)}`;
  return `planned: ${count(entry.injections.length, 'injection')}, ${describeLength(entry)}${chosen}`;
}

type InjectionEntry = Extract<Entry, { injection: string }>;

function describeInjection(entry: InjectionEntry, name: string): string | undefined {
  switch (entry.type) {
    case 'captured':
      return `the undo of ${name} is on disk`;
    case 'injecting':
      return `injecting ${name}: ${entry.calls.map((call) => `${call.service}:${call.operation}`).join(', ')}`;
    case 'inject-failed':
      return `not injected: ${name}: ${entry.code}: ${entry.message}`;
    case 'attested': {
      const { bites, evidence } = entry.attestation;
      return `${name} ${bites ? 'bites' : 'does not bite'} after ${renderDuration(entry.afterMs)}: ${evidence}`;
    }
    case 'reverting':
      return `restoring ${name}${entry.by === 'run' ? '' : ` (by ${entry.by})`}`;
    case 'reverted': {
      if (entry.how === 'by hand') return `${name} restored by hand, as ${entry.saidBy} says`;
      const seen = entry.verified === null ? '' : `: ${entry.verified.evidence}`;
      const after = entry.how === 'restored' ? ` after ${renderDuration(entry.afterMs)}` : '';
      return `${name} ${HOW[entry.how]}${after}${seen}`;
    }
    case 'revert-failed':
      return `NOT RESTORED: ${name}: ${entry.why}`;
    default:
      return undefined;
  }
}

/** How long a run takes. A journal of an older version does not say how long at most. */
export const describeLength = ({ expectedMs, atMostMs }: { expectedMs: number; atMostMs?: number }): string =>
  `usually about ${renderDuration(expectedMs)}${atMostMs === undefined ? '' : `, at most ${renderDuration(atMostMs)}`}`;

const HOW = {
  restored: 'restored',
  already: 'was restored already',
  vanished: 'no longer exists; nothing is left to restore',
  spent: 'is permanent, as declared',
} as const;
