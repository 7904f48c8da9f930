import type { Entry, Phase } from '../journal/entries.ts';
import { renderDuration } from '../kernel/units.ts';
import { elapsedMs } from './reading.ts';
import { count } from './text.ts';

/** What a phase means to somebody who watches. */
export const PHASE_MEANING: Record<Phase, string> = {
  baseline: 'measuring the steady state; nothing is harmed yet',
  method: 'the faults go in',
  revert: 'restoring everything',
  recovery: 'waiting for the system to be itself again',
};

/**
 * One plain line for an entry that a person wants to know of, with the time since the run began; undefined for the
 * others. For logs and terminals that cannot redraw.
 */
export function renderLine(entry: Entry, startedAt: string): string | undefined {
  const text = describeEntry(entry);
  if (text === undefined) return undefined;
  const seconds = (elapsedMs(startedAt, entry.at) / 1_000).toFixed(1);
  return `[${seconds.padStart(6)}s] ${text}`;
}

/** The entry in words, without its time. */
export function describeEntry(entry: Entry): string | undefined {
  switch (entry.type) {
    case 'run-started':
      return `run ${entry.runId}: ${entry.experiment.title} (account ${entry.account.name}, ${entry.account.kind})`;
    case 'refused':
      return `refused: ${entry.problems.map(({ what }) => what).join('; ')}`;
    case 'planned':
      return `planned: ${count(entry.injections.length, 'injection')}, about ${renderDuration(entry.expectedMs)}`;
    case 'phase':
      return `${entry.phase}: ${PHASE_MEANING[entry.phase]}`;
    case 'captured':
      return `undo of ${entry.injection} is on disk`;
    case 'injecting':
      return `injecting ${entry.injection}: ${entry.calls.map((call) => `${call.service}:${call.operation}`).join(', ')}`;
    case 'inject-failed':
      return `not injected: ${entry.injection}: ${entry.code}: ${entry.message}`;
    case 'attested':
      return `${entry.injection} ${entry.attestation.bites ? 'bites' : 'does not bite'} after ${renderDuration(entry.afterMs)}: ${entry.attestation.evidence}`;
    case 'reverting':
      return `restoring ${entry.injection}${entry.by === 'run' ? '' : ` (by ${entry.by})`}`;
    case 'reverted':
      return describeReverted(entry);
    case 'revert-failed':
      return `NOT RESTORED: ${entry.injection}: ${entry.why}`;
    case 'rollback':
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

const HOW = {
  restored: 'restored',
  already: 'was restored already',
  vanished: 'no longer exists; nothing is left to restore',
  spent: 'is permanent, as declared',
} as const;

function describeReverted({ injection, how, verified, afterMs }: Extract<Entry, { type: 'reverted' }>): string {
  const seen = verified === null ? '' : `: ${verified.evidence}`;
  return `${injection} ${HOW[how]}${how === 'restored' ? ` after ${renderDuration(afterMs)}` : ''}${seen}`;
}
