import net, { type Socket } from 'node:net';
import type { Address } from '../../../kernel/ports.ts';
import { type Connection, carry, type Reach } from './connection.ts';
import { type Caller, type Effect, effectOn, type LinkRules, type Place } from './effect.ts';

/** A place that can be reached in the VPC, under its address and port there. */
export interface Endpoint extends Place {
  readonly address: string;
  readonly port: number;
  readonly reach: () => Reach;
}

/** Every connection of the region runs through a link: from one caller to one address and port of the VPC. */
export interface Fabric {
  /** Replaces what can be reached. Links to what is gone fall silent. */
  setEndpoints(endpoints: readonly Endpoint[]): void;
  /** In force on every link, old and new connections alike, when this returns. */
  setRules(rules: LinkRules): void;
  /** The loopback listener of a link, made when first asked for; undefined when no such address is known. */
  listener(caller: Caller, address: string, port: number): Promise<Address | undefined>;
  /** Carries a socket that is already open; false when no such address is known. */
  attach(caller: Caller, address: string, port: number, socket: Socket): boolean;
  /** Whether an attempt to connect over this link would be heard at this moment, if only to be refused. */
  hears(caller: Caller, address: string, port: number): boolean;
  close(): void;
}

interface Link {
  readonly caller: Caller;
  readonly key: string;
  effect: Effect;
  readonly connections: Set<Connection>;
  listener?: Promise<net.Server>;
}

const OPEN: Effect = { mode: 'open', latencyMs: 0, jitterMs: 0 };

export function createFabric(random: () => number): Fabric {
  let rules: LinkRules = { zones: [], toxics: [] };
  let endpoints = new Map<string, Endpoint>();
  const links = new Map<string, Link>();

  const effectOf = (caller: Caller, key: string): Effect => {
    const endpoint = endpoints.get(key);
    return endpoint ? effectOn(rules, caller, endpoint) : OPEN;
  };

  const linkTo = (caller: Caller, address: string, port: number): Link | undefined => {
    const key = `${address}:${port}`;
    const name = `${nameOf(caller)} > ${key}`;
    const known = links.get(name);
    if (known || !endpoints.has(key)) return known;
    const link: Link = { caller, key, effect: effectOf(caller, key), connections: new Set() };
    links.set(name, link);
    return link;
  };

  const take = (link: Link, socket: Socket) => {
    link.connections.add(
      carry({
        caller: socket,
        effect: () => link.effect,
        reach: () => endpoints.get(link.key)?.reach() ?? 'silent',
        random,
        closed: (connection) => link.connections.delete(connection),
      }),
    );
  };

  const update = () => {
    for (const link of links.values()) {
      const before = link.effect;
      link.effect = effectOf(link.caller, link.key);
      if (sameEffect(before, link.effect)) continue;
      for (const connection of [...link.connections]) connection.update(before);
    }
  };

  return {
    setEndpoints(next) {
      endpoints = new Map(next.map((endpoint) => [`${endpoint.address}:${endpoint.port}`, endpoint]));
      update();
    },
    setRules(next) {
      rules = next;
      update();
    },
    async listener(caller, address, port) {
      const link = linkTo(caller, address, port);
      if (!link) return undefined;
      link.listener ??= listen((socket) => take(link, socket));
      const at = (await link.listener).address();
      return typeof at === 'object' && at ? { address: '127.0.0.1', port: at.port } : undefined;
    },
    attach(caller, address, port, socket) {
      const link = linkTo(caller, address, port);
      if (link) take(link, socket);
      return link !== undefined;
    },
    hears(caller, address, port) {
      const key = `${address}:${port}`;
      const { mode } = effectOf(caller, key);
      const silent = (endpoints.get(key)?.reach() ?? 'silent') === 'silent';
      return mode === 'reset' || (!silent && (mode === 'open' || mode === 'blackhole'));
    },
    close() {
      for (const link of links.values()) {
        void link.listener?.then((server) => server.close());
        for (const connection of [...link.connections]) connection.reset();
      }
    },
  };
}

const nameOf = (caller: Caller): string =>
  caller.kind === 'outside' ? 'outside' : `${caller.zoneId}/${caller.instanceId ?? ''}`;

const sameEffect = (a: Effect, b: Effect): boolean =>
  a.mode === b.mode && a.latencyMs === b.latencyMs && a.jitterMs === b.jitterMs;

const listen = (take: (socket: Socket) => void): Promise<net.Server> =>
  new Promise((resolve, reject) => {
    const server = net.createServer({ allowHalfOpen: true, noDelay: true }, take);
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0, backlog: 1024 }, () => resolve(server));
  });
