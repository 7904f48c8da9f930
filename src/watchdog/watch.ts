import type { Clock } from '../kernel/ports.ts';

/** Why watching ended. */
export type Watched = 'done' | 'holder died' | 'holder silent';

/** How long the holder may be silent before its first word. */
const FIRST_SILENCE_MS = 60_000;
/** A timer that fires so late was asleep together with everything else: the holder gets another moment. */
const ASLEEP_MS = 2_000;
const GRACE_MS = 5_000;

/**
 * Watches a holder by its lines: `{"beat": ms}` says for how long it may be silent from now on, `{"done": true}` that
 * nothing is left to watch. The end of the lines without that means that it died.
 */
export async function watch(clock: Clock, lines: AsyncIterator<string>): Promise<Watched> {
  let deadline = clock.nowMs() + FIRST_SILENCE_MS;
  let next = lines.next();
  for (;;) {
    const event = await nextOrSilence(clock, next, deadline);
    if (event === 'silence') {
      if (clock.nowMs() - deadline < ASLEEP_MS) return 'holder silent';
      deadline = clock.nowMs() + GRACE_MS;
      continue;
    }
    if (event.done) return 'holder died';
    const message = parse(event.value);
    if (message.done === true) return 'done';
    if (typeof message.beat === 'number') deadline = clock.nowMs() + message.beat;
    next = lines.next();
  }
}

async function nextOrSilence(
  clock: Clock,
  next: Promise<IteratorResult<string>>,
  deadline: number,
): Promise<IteratorResult<string> | 'silence'> {
  const timer = new AbortController();
  const silence = clock.sleep(Math.max(0, deadline - clock.nowMs()), timer.signal).then(() => 'silence' as const);
  try {
    return await Promise.race([next, silence]);
  } finally {
    timer.abort();
  }
}

/** A line that is torn, because its writer died, says nothing. */
function parse(line: string): { readonly beat?: unknown; readonly done?: unknown } {
  try {
    const message: unknown = JSON.parse(line);
    return typeof message === 'object' && message !== null ? message : {};
  } catch {
    return {};
  }
}
