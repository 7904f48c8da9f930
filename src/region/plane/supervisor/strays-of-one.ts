import { setTimeout as pause } from 'node:timers/promises';
import { lookForStrays, signalOne, straysOf, sweep } from './strays.ts';

/** What one instance has let go into other sessions. */
export interface Strays {
  signal(signal: NodeJS.Signals): void;
  /** Asks them to end, once: they have time for it until they are hurried, which whoever asks must do. */
  ask(): void;
  hurry(): void;
  /** Resolves when none is left: those that were asked are waited for until they are hurried, others are killed at once. */
  end(): Promise<void>;
}

/** @param mark that of the instance; without one nothing is known of them. */
export function straysFrom(mark: string | undefined): Strays {
  const hurried = new AbortController();
  let asked: Promise<void> | undefined;
  return {
    signal: (signal) => {
      for (const stray of mark === undefined ? [] : straysOf(new Set([mark]))) signalOne(stray, signal);
    },
    ask: () => {
      if (mark !== undefined) asked ??= askToEnd(mark);
    },
    hurry: () => hurried.abort(),
    async end() {
      if (mark === undefined) return;
      await asked;
      if (!asked || !(await haveEnded(mark, hurried.signal))) await sweep(mark);
    },
  };
}

async function askToEnd(mark: string): Promise<void> {
  for (const stray of await lookForStrays(mark)) {
    signalOne(stray, 'SIGTERM');
    // A process that was stopped by a signal hears nothing until it goes on.
    signalOne(stray, 'SIGCONT');
  }
}

const LOOK_EVERY_MS = 50;

/** Whether they all have before they are hurried. */
async function haveEnded(mark: string, hurried: AbortSignal): Promise<boolean> {
  while (!hurried.aborted) {
    if ((await lookForStrays(mark)).length === 0) return true;
    await pause(LOOK_EVERY_MS, undefined, { signal: hurried }).catch(() => {});
  }
  return false;
}
