import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { facility } from '../kernel/facility.ts';
import type { Address, ReadPort } from '../kernel/ports.ts';
import { askDns } from './dns.ts';

/** Where to connect to reach a place of the account, or why it cannot be reached. */
type Located = Address | { readonly error: string };

/** Finds the way to a host and port as somebody inside the account's network would. */
export interface Dialer {
  locate(host: string, port: number, timeoutMs: number, signal: AbortSignal): Promise<Located>;
  /** Nothing listens at that end of a way any more: ask for it anew next time. */
  forget(place: Address): void;
}

/** Names are looked up by the machine and addresses are dialled as they are: an account without a network of its own. */
export const machineDialer: Dialer = {
  async locate(host, port) {
    if (isIP(host)) return { address: host, port };
    try {
      return { address: (await lookup(host)).address, port };
    } catch (error) {
      return { error: (error as NodeJS.ErrnoException).code ?? 'ENOTFOUND' };
    }
  },
  forget: () => undefined,
};

/**
 * Names are resolved at the account's resolver, afresh each time; addresses of the VPC are mapped to the loopback
 * listener of their link. Loopback itself is dialled as it is; any other address is out of reach, so that an experiment
 * on an embedded account never leaves the machine.
 */
export function accountDialer(resolver: Address, read: ReadPort['read']): Dialer {
  const routes = new Map<string, Address>();
  const routeOf = async (address: string, port: number, signal: AbortSignal): Promise<Located> => {
    const key = `${address}:${port}`;
    const known = routes.get(key);
    if (known) return known;
    const { route } = await read(facility('DescribeRoute', { address, port }), signal);
    if (!route) return { error: 'EHOSTUNREACH' };
    routes.set(key, route);
    return route;
  };
  const resolve = async (
    host: string,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<{ readonly address: string } | { readonly error: string }> => {
    const { code, answers } = await askDns({ name: host, type: 'A', timeoutMs }, resolver, signal);
    const address = answers.find(({ type }) => type === 'A')?.data;
    if (address !== undefined) return { address };
    if (code === 'NOERROR') return { error: 'NO DATA' };
    return { error: code === 'NXDOMAIN' ? 'ENOTFOUND' : code === 'TIMEOUT' ? 'TIMEOUT' : `DNS ${code}` };
  };
  return {
    async locate(host, port, timeoutMs, signal) {
      if (isLoopback(host)) return { address: host === 'localhost' ? '127.0.0.1' : host, port };
      const found = isIP(host) ? { address: host } : await resolve(host, timeoutMs, signal);
      if ('error' in found) return found;
      if (isLoopback(found.address)) return { address: found.address, port };
      return routeOf(found.address, port, signal).catch(() => ({ error: 'NO ROUTE' }));
    },
    forget({ address, port }) {
      for (const [key, route] of routes) if (route.address === address && route.port === port) routes.delete(key);
    },
  };
}

const isLoopback = (host: string) => host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
