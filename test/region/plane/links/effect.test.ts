import { describe, expect, test } from 'vitest';
import type { LinkEnd, Toxic } from '../../../../src/kernel/facility.ts';
import { NO_NETWORK } from '../../../../src/region/network.ts';
import { type Caller, effectOn } from '../../../../src/region/plane/links/effect.ts';

const outside: Caller = { kind: 'outside' };
const inA: Caller = { kind: 'inside', zoneId: 'a', address: '10.0.1.4' };
const i1: Caller = { kind: 'inside', zoneId: 'a', instanceId: 'i-1', address: '10.0.1.11' };
const placeB = { zoneId: 'b', instanceId: 'i-2', address: '10.0.2.11', port: 8080 };
const nodeB = { zoneId: 'b', address: '10.0.2.4', port: 80 };

const rules = (from: LinkEnd, to: LinkEnd, toxic: Toxic = { kind: 'partition' }, dark: string[] = []) => ({
  zones: ['a', 'b'].map((zoneId) => ({ zoneId, power: dark.includes(zoneId) ? ('off' as const) : ('on' as const) })),
  network: NO_NETWORK,
  toxics: [{ name: 't', from, to, toxic }],
});

describe('a toxic acts on the links between its ends alone', () => {
  test.each<[LinkEnd, LinkEnd, Caller, typeof nodeB, boolean]>([
    ['*', '*', outside, nodeB, true],
    ['outside', '*', outside, placeB, true],
    ['outside', '*', inA, placeB, false],
    ['zone:a', 'zone:b', inA, placeB, true],
    ['zone:a', 'zone:b', i1, nodeB, true],
    ['zone:b', 'zone:a', inA, placeB, false],
    ['zone:a', 'zone:b', outside, placeB, false],
    ['instance:i-1', '*', i1, placeB, true],
    ['instance:i-1', '*', inA, placeB, false],
    ['*', 'instance:i-2', outside, placeB, true],
    ['*', 'instance:i-2', outside, nodeB, false],
  ])('%s to %s', (from, to, caller, place, acts) => {
    expect(effectOn(rules(from, to), caller, place).mode).toBe(acts ? 'partition' : 'open');
  });
});

test('a zone without power darkens the links that lead into it and those that leave it', () => {
  const dark = (zone: string) => rules('outside', 'instance:none', { kind: 'reset' }, [zone]);
  expect(effectOn(dark('b'), outside, placeB).mode).toBe('dark');
  expect(effectOn(dark('a'), inA, placeB).mode).toBe('dark');
  expect(effectOn(dark('a'), outside, placeB).mode).toBe('open');
});

test('of several toxics the worst acts, and latencies add up', () => {
  const toxics = [
    { name: '1', from: '*', to: '*', toxic: { kind: 'latency', ms: 20, jitterMs: 5 } },
    { name: '2', from: 'zone:a', to: '*', toxic: { kind: 'latency', ms: 30 } },
    { name: '3', from: '*', to: '*', toxic: { kind: 'freeze' } },
    { name: '4', from: '*', to: '*', toxic: { kind: 'blackhole' } },
  ] as const;
  const expected = { mode: 'blackhole', latencyMs: 50, jitterMs: 5, closed: false };
  expect(effectOn({ zones: [], network: NO_NETWORK, toxics }, inA, placeB)).toEqual(expected);
  expect(
    effectOn({ zones: [], network: NO_NETWORK, toxics: toxics.toReversed() }, inA, placeB),
    'in whatever order',
  ).toEqual(expected);
});
