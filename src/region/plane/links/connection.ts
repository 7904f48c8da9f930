import net, { type Socket } from 'node:net';
import type { Effect } from './effect.ts';
import { Flow } from './flow.ts';

/** Where a place is reached at this moment. `silent`: nothing is there that could answer, not even to refuse. */
export type Reach = { readonly port: number } | 'silent' | 'refused';

export interface ConnectionOptions {
  readonly caller: Socket;
  readonly effect: () => Effect;
  readonly reach: () => Reach;
  readonly random: () => number;
  readonly closed: (connection: Connection) => void;
}

/**
 * One connection through a link, from the caller's socket to the place. What one side does (bytes, end, reset) reaches
 * the other as the effect allows: while the link is frozen, dark or parted nothing does, not even that a side has died.
 */
export class Connection {
  readonly #options: ConnectionOptions;
  #place: Socket | undefined;
  #flows: readonly Flow[] = [];
  /** A side has died and the other does not know it yet. */
  #broken = false;
  /** What the caller said so far has been thrown away. */
  #unheard = false;
  #over = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#watch(options.caller);
    const { mode, closed } = options.effect();
    if (mode === 'reset') setImmediate(() => this.reset());
    else if (mode === 'dark' || mode === 'partition') this.#ignore();
    else if (mode === 'freeze' || closed) options.caller.pause();
    else this.#connect();
  }

  /** The effect on the link has changed from what it was. */
  update(before: Effect): void {
    const { mode, closed } = this.#options.effect();
    if (mode !== before.mode) {
      if (mode === 'reset' || this.#isSpoilt(before.mode) || (this.#broken && this.#mayTell())) {
        this.reset();
        return;
      }
    }
    if (!closed && !this.#place && !this.#unheard && this.#mayTell()) this.#connect();
    for (const flow of this.#flows) flow.settle();
  }

  /** Ends both sides with a reset. */
  reset(): void {
    if (this.#over) return;
    this.#close();
    resetSocket(this.#options.caller);
    if (this.#place) resetSocket(this.#place);
  }

  /** Whether what the last effect did cannot be made good: a machine that lost power, a stream with a hole. */
  #isSpoilt(before: Effect['mode']): boolean {
    const { mode } = this.#options.effect();
    if (mode === 'dark') return false;
    const healed = mode === 'open' || mode === 'freeze';
    return before === 'dark' || (healed && (this.#unheard || this.#flows.some((flow) => flow.holed)));
  }

  #mayTell(): boolean {
    const { mode } = this.#options.effect();
    return mode === 'open' || mode === 'blackhole';
  }

  #watch(socket: Socket): void {
    socket.setNoDelay(true);
    socket.on('error', () => {
      if (this.#mayTell() || !this.#place) this.reset();
      else this.#broken = true;
    });
    socket.on('close', () => {
      if (this.#options.caller.destroyed && this.#place?.destroyed !== false && !this.#broken) this.#close();
    });
  }

  #connect(): void {
    const at = this.#options.reach();
    if (at === 'refused') this.reset();
    else if (at === 'silent') this.#ignore();
    else this.#open(at.port);
  }

  #open(port: number): void {
    const { caller, effect, random } = this.#options;
    const place = net.connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true });
    this.#place = place;
    this.#watch(place);
    this.#flows = [
      new Flow({ from: caller, to: place, effect, random }),
      new Flow({ from: place, to: caller, effect, random }),
    ];
  }

  /** Reads and forgets, so as to notice when the caller gives up. */
  #ignore(): void {
    const { caller } = this.#options;
    this.#unheard = true;
    caller.on('data', () => {});
    caller.on('end', () => caller.destroy());
  }

  #close(): void {
    if (this.#over) return;
    this.#over = true;
    for (const flow of this.#flows) flow.stop();
    this.#options.closed(this);
  }
}

function resetSocket(socket: Socket): void {
  if (socket.destroyed) return;
  // A socket that is still connecting cannot be reset; closing it tells nobody anything.
  if (socket.connecting) socket.destroy();
  else socket.resetAndDestroy();
}
