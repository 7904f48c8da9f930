import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AclRule,
  contains,
  type GroupRule,
  type Network,
  OUTSIDE_ADDRESS,
  type Ports,
  verdictOn,
} from '../../src/region/network.ts';

const ADDRESSES = ['10.0.16.11', '10.0.16.12', '10.0.32.11', '10.0.32.4', OUTSIDE_ADDRESS];
const CIDRS = ['0.0.0.0/0', '10.0.0.0/16', '10.0.16.0/20', '10.0.32.0/20', '10.0.16.11/32', '203.0.113.0/24'];
const EDGES = [0, 79, 80, 81, 8_080, 32_768, 40_000, 60_999, 65_535];

const ports = fc
  .tuple(fc.constantFrom(...EDGES), fc.constantFrom(...EDGES))
  .map(([a, b]): Ports => [Math.min(a, b), Math.max(a, b)]);
const cidr = fc.constantFrom(...CIDRS);
const aclRule: fc.Arbitrary<AclRule> = fc.record({
  egress: fc.boolean(),
  allow: fc.boolean(),
  cidr,
  ports: fc.oneof(fc.constant<Ports>([0, 65_535]), ports),
});
const groupRule: fc.Arbitrary<GroupRule> = fc.oneof(
  fc.record({ egress: fc.boolean(), ports, cidr }),
  fc.record({ egress: fc.boolean(), ports, groupId: fc.constantFrom('sg-1', 'sg-2') }),
);
const subnet = fc.record({
  rules: fc.array(aclRule, { maxLength: 6 }),
  routes: fc.constantFrom(['10.0.0.0/16'], ['10.0.0.0/16', '0.0.0.0/0'], ['10.0.0.0/16', '203.0.113.0/28']),
});
const groupIds = fc.uniqueArray(fc.constantFrom('sg-1', 'sg-2'));
const network: fc.Arbitrary<Network> = fc.record({
  subnets: fc.record({ a: subnet, b: subnet }),
  groups: fc.record({ 'sg-1': fc.array(groupRule, { maxLength: 4 }), 'sg-2': fc.array(groupRule, { maxLength: 4 }) }),
  members: fc.tuple(groupIds, groupIds, groupIds, groupIds, ports).map(([one, two, three, four, callsFrom]) => ({
    '10.0.16.11': { zoneId: 'a', groupIds: one, callsFrom },
    '10.0.16.12': { zoneId: 'a', groupIds: two, callsFrom },
    '10.0.32.11': { zoneId: 'b', groupIds: three, callsFrom },
    '10.0.32.4': { zoneId: 'b', groupIds: four, callsFrom },
  })),
});

/** The rules as AWS words them, packet by packet, with no idea of ranges. */
function naive({ subnets, groups, members }: Network, from: string, to: string, port: number): string {
  const bits = (address: string) =>
    address
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('');
  const inside = (range: string, address: string) => {
    const [base = '', prefix = '0'] = range.split('/');
    return bits(base).slice(0, Number(prefix)) === bits(address).slice(0, Number(prefix));
  };
  const asks = (rules: readonly AclRule[], egress: boolean, peer: string, destination: number) =>
    rules.find(
      (rule) =>
        rule.egress === egress &&
        inside(rule.cidr, peer) &&
        rule.ports[0] <= destination &&
        destination <= rule.ports[1],
    )?.allow ?? false;
  const packet = (source: string, target: string, destination: number) => {
    const [leaves, enters] = [members[source]?.zoneId, members[target]?.zoneId];
    if (leaves === enters) return true;
    const [out, into] = [subnets[leaves ?? ''], subnets[enters ?? '']];
    if (out && !out.routes.some((route) => inside(route, target))) return false;
    if (out && !asks(out.rules, true, target, destination)) return false;
    return !into || asks(into.rules, false, source, destination);
  };
  const [low, high] = members[from]?.callsFrom ?? [32_768, 60_999];
  // Rules begin and end at these ports alone: what holds at them holds at every port between.
  const answers = EDGES.flatMap((edge) => [edge - 1, edge, edge + 1]).filter((one) => low <= one && one <= high);
  if (!packet(from, to, port) || !answers.every((one) => packet(to, from, one))) return 'dropped';
  const allows = (owner: string, peer: string, egress: boolean) =>
    !members[owner] ||
    members[owner].groupIds.some((id) =>
      groups[id]?.some((rule) => {
        if (rule.egress !== egress || port < rule.ports[0] || port > rule.ports[1]) return false;
        return rule.cidr === undefined ? members[peer]?.groupIds.includes(rule.groupId ?? '') : inside(rule.cidr, peer);
      }),
    );
  return allows(from, to, true) && allows(to, from, false) ? 'open' : 'closed';
}

test('the verdict on every connection is the one that the rules, asked packet by packet, come to', () => {
  const address = fc.constantFrom(...ADDRESSES);
  const seen = new Set<string>();
  fc.assert(
    fc.property(network, address, address, fc.constantFrom(80, 8_080, 50_000), (rules, from, to, port) => {
      const verdict = verdictOn(rules, from, to, port);
      seen.add(verdict);
      expect(verdict).toBe(naive(rules, from, to, port));
    }),
    { seed: 1_121, numRuns: 4_000 },
  );
  expect([...seen].sort()).toEqual(['closed', 'dropped', 'open']);
});

test.each([
  ['0.0.0.0/0', '203.0.113.10', true],
  ['128.0.0.0/1', '203.0.113.10', true],
  ['128.0.0.0/1', '10.0.0.1', false],
  ['10.0.16.0/20', '10.0.31.255', true],
  ['10.0.16.0/20', '10.0.32.0', false],
  ['10.0.16.11/32', '10.0.16.11', true],
  ['10.0.16.11/32', '10.0.16.10', false],
])('%s and %s', (range, address, is) => {
  expect(contains(range, address)).toBe(is);
});

describe('a network ACL knows no connections', () => {
  const ALL = { allow: true, cidr: '0.0.0.0/0', ports: [0, 65_535] } as const;
  const open = [
    { ...ALL, egress: true },
    { ...ALL, egress: false },
  ];
  const asked = (rules: readonly AclRule[]) => {
    const everybody = [true, false].map((egress) => ({ egress, ports: [0, 65_535] as const, cidr: '0.0.0.0/0' }));
    const member = (zoneId: string) => ({ zoneId, groupIds: ['sg'], callsFrom: [32_768, 60_999] as const });
    const routes = ['10.0.0.0/16', '0.0.0.0/0'];
    const network: Network = {
      subnets: { a: { rules, routes }, b: { rules: open, routes } },
      groups: { sg: everybody },
      members: { '10.0.16.11': member('a'), '10.0.16.12': member('a'), '10.0.32.11': member('b') },
    };
    return verdictOn(network, '10.0.32.11', '10.0.16.11', 80);
  };

  test('that lets a request in and no answer out cuts the connection', () => {
    const requests: AclRule = { ...ALL, egress: false, ports: [80, 80] };
    expect(asked([requests])).toBe('dropped');
    expect(asked([requests, { ...ALL, egress: true, ports: [1_024, 65_535] }])).toBe('open');
    expect(asked([requests, { ...ALL, egress: true, ports: [49_152, 65_535] }])).toBe('dropped');
  });

  test('the first rule that names a packet decides', () => {
    const deny: AclRule = { ...ALL, egress: false, allow: false, cidr: '10.0.32.0/20' };
    expect(asked([deny, ...open])).toBe('dropped');
    expect(asked([...open, deny])).toBe('open');
  });
});
