import type { Socket } from 'node:net';
import type { Effect } from './effect.ts';

/** One direction of a connection: reads from one socket, writes to the other, and does on the way what the effect says. */
export interface Flow {
  /** The effect has changed. */
  update(): void;
  /** Whether bytes have been thrown away: a stream with a hole in it can never go on. */
  holed(): boolean;
  stop(): void;
}

export interface FlowOptions {
  readonly from: Socket;
  readonly to: Socket;
  readonly effect: () => Effect;
  readonly random: () => number;
}

/** What waits in a flow at most before it stops reading: enough for a long fat link, little for a process. */
const MOST_HELD_BYTES = 1 << 20;

type Item = { readonly atMs: number; readonly chunk: Buffer | 'end' };

export function startFlow({ from, to, effect, random }: FlowOptions): Flow {
  const queue: Item[] = [];
  let held = 0;
  let lost = false;
  let timer: NodeJS.Timeout | undefined;
  let lastAtMs = 0;

  const holding = () => ['freeze', 'dark', 'partition'].includes(effect().mode);
  const losing = () => effect().mode === 'blackhole' || effect().mode === 'partition';

  /** Bytes never overtake each other, whatever the jitter. */
  const dueAt = () => {
    const { latencyMs, jitterMs } = effect();
    const delay = Math.max(0, latencyMs + (2 * random() - 1) * jitterMs);
    lastAtMs = Math.max(lastAtMs, performance.now() + delay);
    return lastAtMs;
  };

  const deliver = (chunk: Buffer | 'end') => {
    if (to.destroyed || to.writableEnded) return;
    if (chunk === 'end') to.end();
    else to.write(chunk);
  };

  const settle = () => {
    clearTimeout(timer);
    timer = undefined;
    while (queue.length > 0 && !holding() && !to.writableNeedDrain) {
      const next = queue[0];
      const wait = (next?.atMs ?? 0) - performance.now();
      if (wait > 0) {
        timer = setTimeout(settle, Math.ceil(wait));
        break;
      }
      queue.shift();
      if (next && next.chunk !== 'end') held -= next.chunk.length;
      if (next) deliver(next.chunk);
    }
    const full = holding() || held >= MOST_HELD_BYTES || to.writableNeedDrain;
    if (full && !losing()) from.pause();
    else from.resume();
  };

  from.on('data', (chunk: Buffer) => {
    if (losing()) {
      lost = true;
      return;
    }
    const { latencyMs, jitterMs } = effect();
    if (queue.length === 0 && !holding() && latencyMs + jitterMs === 0 && !to.writableNeedDrain) {
      deliver(chunk);
      if (to.writableNeedDrain) from.pause();
      return;
    }
    queue.push({ atMs: dueAt(), chunk });
    held += chunk.length;
    settle();
  });
  from.on('end', () => {
    queue.push({ atMs: dueAt(), chunk: 'end' });
    settle();
  });
  to.on('drain', settle);
  settle();

  return {
    update: settle,
    holed: () => lost,
    stop: () => clearTimeout(timer),
  };
}
