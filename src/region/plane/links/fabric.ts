import net, { type Socket } from 'node:net';
import type { Address } from '../../../kernel/ports.ts';
import { NO_NETWORK } from '../../network.ts';
import { Connection, type Reach } from './connection.ts';
import { type Caller, type Effect, effectOn, type LinkRules, type Place } from './effect.ts';

/** A place that can be reached in the VPC, under its address and port there. */
export interface Endpoint extends Place {
  readonly reach: () => Reach;
}

/** From one caller to one address and port of the VPC. */
interface Link {
  readonly caller: Caller;
  readonly place: string;
  effect: Effect;
  readonly connections: Set<Connection>;
  listener?: Promise<Listener>;
}

interface Listener {
  readonly server: net.Server;
  readonly at: Address;
}

const OPEN: Effect = { mode: 'open', latencyMs: 0, jitterMs: 0, closed: false };

/** Every connection of the region runs through a link. The fabric holds them, and the rules that they obey. */
export class Fabric {
  readonly #random: () => number;
  readonly #links = new Map<string, Link>();
  #rules: LinkRules = { zones: [], network: NO_NETWORK, toxics: [] };
  #endpoints = new Map<string, Endpoint>();

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Replaces what can be reached. Links to what is gone fall silent. */
  setEndpoints(endpoints: readonly Endpoint[]): void {
    this.#endpoints = new Map(endpoints.map((endpoint) => [`${endpoint.address}:${endpoint.port}`, endpoint]));
    this.#update();
  }

  /** In force on every link, old and new connections alike, when this returns. */
  setRules(rules: LinkRules): void {
    this.#rules = rules;
    this.#update();
  }

  /** The loopback listener of a link, made when first asked for; undefined when no such address is known. */
  async listener(caller: Caller, address: string, port: number): Promise<Address | undefined> {
    const link = this.#link(caller, address, port);
    if (!link) return undefined;
    link.listener ??= listen((socket) => this.#carry(link, socket));
    return (await link.listener).at;
  }

  /** Carries a socket that is already open; false when no such address is known. */
  attach(caller: Caller, address: string, port: number, socket: Socket): boolean {
    const link = this.#link(caller, address, port);
    if (link) this.#carry(link, socket);
    return link !== undefined;
  }

  /** Whether an attempt to connect over this link would be heard at this moment, if only to be refused. */
  hears(caller: Caller, address: string, port: number): boolean {
    const place = `${address}:${port}`;
    const { mode, closed } = this.#effectOf(caller, place);
    const silent = (this.#endpoints.get(place)?.reach() ?? 'silent') === 'silent';
    return mode === 'reset' || (!silent && !closed && (mode === 'open' || mode === 'blackhole'));
  }

  close(): void {
    for (const link of this.#links.values()) {
      void link.listener?.then(({ server }) => server.close());
      for (const connection of [...link.connections]) connection.reset();
    }
  }

  #link(caller: Caller, address: string, port: number): Link | undefined {
    const place = `${address}:${port}`;
    const name = `${nameOf(caller)} > ${place}`;
    const known = this.#links.get(name);
    if (known || !this.#endpoints.has(place)) return known;
    const link: Link = { caller, place, effect: this.#effectOf(caller, place), connections: new Set() };
    this.#links.set(name, link);
    return link;
  }

  #carry(link: Link, caller: Socket): void {
    link.connections.add(
      new Connection({
        caller,
        effect: () => link.effect,
        reach: () => this.#endpoints.get(link.place)?.reach() ?? 'silent',
        random: this.#random,
        closed: (connection) => link.connections.delete(connection),
      }),
    );
  }

  #update(): void {
    for (const link of this.#links.values()) {
      const before = link.effect;
      link.effect = this.#effectOf(link.caller, link.place);
      if (sameEffect(before, link.effect)) continue;
      for (const connection of [...link.connections]) connection.update(before);
    }
  }

  #effectOf(caller: Caller, place: string): Effect {
    const endpoint = this.#endpoints.get(place);
    return endpoint ? effectOn(this.#rules, caller, endpoint) : OPEN;
  }
}

const nameOf = (caller: Caller): string =>
  caller.kind === 'outside' ? 'outside' : `${caller.zoneId}/${caller.instanceId ?? caller.address}`;

const sameEffect = (a: Effect, b: Effect): boolean =>
  a.mode === b.mode && a.closed === b.closed && a.latencyMs === b.latencyMs && a.jitterMs === b.jitterMs;

const listen = (take: (socket: Socket) => void): Promise<Listener> =>
  new Promise((resolve, reject) => {
    const server = net.createServer({ allowHalfOpen: true, noDelay: true }, take);
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0, backlog: 1024 }, () => {
      const at = server.address();
      resolve({ server, at: { address: '127.0.0.1', port: typeof at === 'object' && at ? at.port : 0 } });
    });
  });
