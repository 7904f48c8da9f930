import type { Socket } from 'node:net';
import type { Effect } from './effect.ts';

export interface FlowOptions {
  readonly from: Socket;
  readonly to: Socket;
  readonly effect: () => Effect;
  readonly random: () => number;
}

/** What waits in a flow at most before it stops reading: enough for a long fat link, little for a process. */
const MOST_HELD_BYTES = 1 << 20;

type Item = { readonly atMs: number; readonly chunk: Buffer | 'end' };

/** One direction of a connection: reads one socket, writes the other, and does on the way what the effect says. */
export class Flow {
  /** Whether bytes have been thrown away: a stream with a hole in it can never go on. */
  holed = false;
  readonly #options: FlowOptions;
  readonly #queue: Item[] = [];
  #heldBytes = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: FlowOptions) {
    this.#options = options;
    const { from, to } = options;
    from.on('data', (chunk: Buffer) => this.#take(chunk));
    from.on('end', () => this.#enqueue('end'));
    to.on('drain', () => this.settle());
    this.settle();
  }

  /** Delivers what is due, and reads on or pauses. Called whenever the effect has changed. */
  settle(): void {
    const { from, to } = this.#options;
    clearTimeout(this.#timer);
    while (this.#queue.length > 0 && !this.#isHolding() && !to.writableNeedDrain) {
      const wait = (this.#queue[0]?.atMs ?? 0) - performance.now();
      if (wait > 0) {
        this.#timer = setTimeout(() => this.settle(), Math.ceil(wait));
        break;
      }
      this.#deliver(this.#queue.shift()?.chunk ?? 'end');
    }
    const full = this.#isHolding() || this.#heldBytes >= MOST_HELD_BYTES || to.writableNeedDrain;
    if (full && !this.#isLosing()) from.pause();
    else from.resume();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #take(chunk: Buffer): void {
    const { to, effect } = this.#options;
    if (this.#isLosing()) {
      this.holed = true;
      return;
    }
    const { mode, latencyMs, jitterMs } = effect();
    if (mode === 'open' && latencyMs + jitterMs === 0 && this.#queue.length === 0 && !to.writableNeedDrain) {
      if (!to.destroyed) to.write(chunk);
      return;
    }
    this.#heldBytes += chunk.length;
    this.#enqueue(chunk);
  }

  /** Bytes never overtake each other, whatever the jitter: what is due waits for what is before it. */
  #enqueue(chunk: Item['chunk']): void {
    const { effect, random } = this.#options;
    const { latencyMs, jitterMs } = effect();
    const delayMs = Math.max(0, latencyMs + (2 * random() - 1) * jitterMs);
    this.#queue.push({ atMs: performance.now() + delayMs, chunk });
    this.settle();
  }

  #deliver(chunk: Item['chunk']): void {
    const { to } = this.#options;
    if (chunk !== 'end') this.#heldBytes -= chunk.length;
    if (to.destroyed || to.writableEnded) return;
    if (chunk === 'end') to.end();
    else to.write(chunk);
  }

  #isHolding(): boolean {
    return HOLDING.has(this.#options.effect().mode);
  }

  #isLosing(): boolean {
    return LOSING.has(this.#options.effect().mode);
  }
}

const HOLDING: ReadonlySet<Effect['mode']> = new Set(['freeze', 'dark', 'partition']);
const LOSING: ReadonlySet<Effect['mode']> = new Set(['blackhole', 'partition']);
