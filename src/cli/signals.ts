import type { RunControl } from '../engine/api.ts';

type EndingSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';
const SIGNALS: readonly EndingSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** The part of `process` that is needed, so that a test can be one. */
export interface SignalSource {
  on(signal: EndingSignal, listener: () => void): unknown;
  off(signal: EndingSignal, listener: () => void): unknown;
}

export interface SignalWatch {
  readonly control: RunControl;
  /** How often the program was asked to end. */
  asked(): number;
  stop(): void;
}

/**
 * Turns signals into the two stages of ending a run: the first aborts it and restores, every later one stops waiting
 * for that. The listeners stay for the whole life of the run: were they there only once, libraries that re-raise a
 * signal that nobody listens for would kill the program in the middle of its undo.
 */
export function watchSignals(
  source: SignalSource,
  say: (text: string) => void,
  whenToldToLeave: () => void = () => {},
): SignalWatch {
  const abort = new AbortController();
  const leave = new AbortController();
  let asked = 0;
  const listeners = SIGNALS.map((signal) => {
    const listener = () => {
      asked += 1;
      if (asked === 1) {
        say(`${signal}: ending the run and restoring every target. Once more (Ctrl-C) leaves that to the watchdog.`);
        abort.abort(signal);
      } else {
        if (asked === 2)
          say(`${signal} again: not waiting any longer; the watchdog goes on restoring. See "chaos status".`);
        leave.abort(signal);
        whenToldToLeave();
      }
    };
    source.on(signal, listener);
    return { signal, listener };
  });
  return {
    control: { abort: abort.signal, leave: leave.signal },
    asked: () => asked,
    stop: () => {
      for (const { signal, listener } of listeners) source.off(signal, listener);
    },
  };
}

/** Aborted by the first signal that asks the program to end. */
export function untilSignal(source: SignalSource): AbortSignal {
  const ending = new AbortController();
  for (const signal of SIGNALS) source.on(signal, () => ending.abort(signal));
  return ending.signal;
}
