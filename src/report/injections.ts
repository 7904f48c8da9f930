import type { Entry } from '../journal/entries.ts';
import type { Attestation } from '../kernel/define.ts';

/** What became of one injection: planned, put in place, seen, taken back, seen to be gone. */
export interface InjectionReading {
  readonly id: string;
  readonly fault: string;
  readonly means: string;
  readonly target: string;
  readonly zone: string | undefined;
  readonly reversal: string;
  readonly fidelity: string | undefined;
  readonly state: InjectionState;
  /** Whether its undo was put on disk: only then can it have done harm. */
  readonly captured: boolean;
  /** The observation after injecting; undefined when none was made. */
  readonly attested: Attestation | undefined;
  readonly attestedAfterMs: number | undefined;
  /** The observation after restoring. */
  readonly verified: Attestation | undefined;
  readonly restored: 'restored' | 'already' | 'vanished' | 'spent' | 'by hand' | undefined;
  /** Who says that he has restored it by hand. */
  readonly saidBy: string | undefined;
  readonly restoredAfterMs: number | undefined;
  readonly restoredBy: string | undefined;
  /** Why it could not be injected, or could not be restored. */
  readonly failure: string | undefined;
  readonly manualRecovery: string | undefined;
}

/** `harmed`: captured and not known to be restored: what `chaos recover` looks after. */
type InjectionState = 'planned' | 'harmed' | 'in place' | 'not injected' | 'restored' | 'restored by hand' | 'dirty';

/** Follows every injection through the entries of a run, in the order of their first mention. */
export function readInjections(entries: readonly Entry[]): InjectionReading[] {
  const known = new Map<string, InjectionReading>();
  for (const entry of entries) {
    if (entry.type === 'planned') {
      for (const { id, fault, means, target, zone, reversal, fidelity } of entry.injections) {
        known.set(id, { ...BLANK, id, fault, means, target, zone, reversal, fidelity });
      }
    } else if ('injection' in entry) {
      const before = known.get(entry.injection) ?? { ...BLANK, id: entry.injection, target: entry.injection };
      known.set(entry.injection, follow(before, entry));
    }
  }
  return [...known.values()];
}

const BLANK: InjectionReading = {
  id: '',
  fault: 'command',
  means: 'command',
  target: '',
  zone: undefined,
  reversal: 'reverts',
  fidelity: undefined,
  state: 'planned',
  captured: false,
  attested: undefined,
  attestedAfterMs: undefined,
  verified: undefined,
  restored: undefined,
  saidBy: undefined,
  restoredAfterMs: undefined,
  restoredBy: undefined,
  failure: undefined,
  manualRecovery: undefined,
};

function follow(before: InjectionReading, entry: Extract<Entry, { injection: string }>): InjectionReading {
  switch (entry.type) {
    case 'captured': {
      const { fault, means, target, reversal } = entry;
      // Captured once more is harmed once more, whatever was restored before.
      const anew = { restored: undefined, saidBy: undefined, verified: undefined } as const;
      return { ...before, ...anew, fault, means, target, reversal, state: 'harmed', captured: true };
    }
    case 'injecting':
      return before;
    case 'injected':
      return { ...before, state: 'in place' };
    case 'inject-failed':
      return { ...before, state: 'not injected', failure: `${entry.code}: ${entry.message}` };
    case 'attested':
      return { ...before, attested: entry.attestation, attestedAfterMs: entry.afterMs };
    case 'reverting':
      return { ...before, restoredBy: entry.by };
    case 'reverted':
      return {
        ...before,
        state:
          before.state === 'not injected' ? 'not injected' : entry.how === 'by hand' ? 'restored by hand' : 'restored',
        restored: entry.how,
        saidBy: entry.saidBy,
        restoredAfterMs: entry.afterMs,
        verified: entry.verified ?? undefined,
        manualRecovery: undefined,
      };
    case 'revert-failed':
      return { ...before, state: 'dirty', failure: entry.why, manualRecovery: entry.manualRecovery };
    default:
      // Of a type that only a newer version knows.
      return before;
  }
}

/** What may still be harmed: captured, and not known to be restored. */
export const harmedOf = (injections: readonly InjectionReading[]): InjectionReading[] =>
  injections.filter(({ captured, restored }) => captured && !restored);
