import { getServers } from 'node:dns';
import type { Address } from '../kernel/ports.ts';

/** The first resolver that the machine is set up with; loopback when it has none. */
export function systemResolver(): Address {
  const [first = '127.0.0.1'] = getServers();
  const [, bracketed, port] = /^\[(.+)\]:(\d+)$/.exec(first) ?? [];
  if (bracketed !== undefined) return { address: bracketed, port: Number(port) };
  const [address = first, ownPort] = first.split(':').length === 2 ? first.split(':') : [first];
  return { address, port: Number(ownPort ?? 53) };
}
