import net, { type Socket } from 'node:net';
import type { Effect } from './effect.ts';
import { type Flow, startFlow } from './flow.ts';

/** Where a place is reached at this moment. `silent`: nothing is there that could answer, not even to refuse. */
export type Reach = { readonly port: number } | 'silent' | 'refused';

/** One connection through a link, from the caller's socket to the place. */
export interface Connection {
  /** The effect on the link has changed from what it was. */
  update(before: Effect): void;
  /** Ends both sides with a reset. */
  reset(): void;
}

export interface ConnectionOptions {
  readonly caller: Socket;
  readonly effect: () => Effect;
  readonly reach: () => Reach;
  readonly random: () => number;
  readonly closed: (connection: Connection) => void;
}

/**
 * Carries a connection. What one side does (bytes, end, reset) reaches the other as the effect allows: while the link
 * is frozen, dark or parted nothing does, not even that a side has died.
 */
export function carry({ caller, effect, reach, random, closed }: ConnectionOptions): Connection {
  let place: Socket | undefined;
  let flows: Flow[] = [];
  /** A side has died and the other does not know it yet. */
  let broken = false;
  /** What the caller said so far has been thrown away. */
  let unheard = false;
  let over = false;

  const connection: Connection = {
    update(before) {
      const { mode } = effect();
      if (mode === before.mode) return updateFlows();
      const healed = mode === 'open' || mode === 'freeze';
      const spoilt = before.mode === 'dark' || (healed && (unheard || flows.some((flow) => flow.holed())));
      if (mode === 'reset' || (spoilt && mode !== 'dark') || (broken && mayTell())) return connection.reset();
      if (!place && !unheard && mayTell()) connect();
      updateFlows();
    },
    reset() {
      if (over) return;
      over = true;
      for (const flow of flows) flow.stop();
      resetSocket(caller);
      if (place) resetSocket(place);
      closed(connection);
    },
  };

  const mayTell = () => effect().mode === 'open' || effect().mode === 'blackhole';
  const updateFlows = () => {
    for (const flow of flows) flow.update();
  };
  /** A side died. The other learns of it now, or when the link lets it. */
  const failed = () => {
    if (mayTell() || !place) connection.reset();
    else broken = true;
  };
  const closedSide = () => {
    if (over || !caller.destroyed || (place && !place.destroyed)) return;
    over = true;
    for (const flow of flows) flow.stop();
    closed(connection);
  };
  const watch = (socket: Socket) => {
    socket.setNoDelay(true);
    socket.on('error', failed);
    socket.on('close', (hadError) => (hadError ? undefined : closedSide()));
  };
  /** Reads and forgets, so as to notice when the caller gives up. */
  const discard = () => {
    unheard = true;
    caller.on('data', () => {});
    caller.on('end', () => caller.destroy());
  };
  const connect = () => {
    const at = reach();
    if (at === 'refused') return connection.reset();
    if (at === 'silent') return discard();
    place = net.connect({ host: '127.0.0.1', port: at.port, allowHalfOpen: true, noDelay: true });
    watch(place);
    flows = [
      startFlow({ from: caller, to: place, effect, random }),
      startFlow({ from: place, to: caller, effect, random }),
    ];
  };

  watch(caller);
  const { mode } = effect();
  if (mode === 'reset') setImmediate(() => connection.reset());
  else if (mode === 'dark' || mode === 'partition') discard();
  else if (mode === 'freeze') caller.pause();
  else connect();
  return connection;
}

function resetSocket(socket: Socket): void {
  if (socket.destroyed) return;
  // A socket that is still connecting cannot be reset; closing it tells nobody anything.
  if (socket.connecting) socket.destroy();
  else socket.resetAndDestroy();
}
