import type { Journal } from '../journal/journal.ts';
import type { WritePort } from '../kernel/ports.ts';
import { byHandOf, type Rollback } from './commands.ts';
import { explain, type Guard, send } from './send.ts';
import { TakenOver } from './taken-over.ts';

/** Plays the author's rollbacks in order. One that fails is recorded and keeps the next from nothing. */
export async function playRollbacks(
  rollbacks: readonly Rollback[],
  context: {
    readonly port: WritePort;
    readonly journal: Journal;
    readonly signal: AbortSignal;
    readonly guard: Guard;
  },
): Promise<void> {
  const { port, journal, signal, guard } = context;
  for (const { number, shown: command, call } of rollbacks) {
    try {
      await send(port, call, signal, guard);
      await journal.record({ type: 'rollback', number, command, ok: true, detail: 'it succeeded' });
    } catch (error) {
      if (signal.aborted || error instanceof TakenOver) throw error;
      const byHand = byHandOf(call, journal.redact);
      await journal.record({ type: 'rollback', number, command, ok: false, detail: explain(error), byHand });
    }
  }
}
