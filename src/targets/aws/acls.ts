import type { NetworkAcl, NetworkAclEntry } from '@aws-sdk/client-ec2';
import { aws } from '../../aws/calls.ts';
import type { ReadPort } from '../../kernel/ports.ts';
import { commonRange, isSix } from './ranges.ts';

/** An entry of a network ACL as plain JSON: what a call that creates it is given. */
export type AclEntry = {
  readonly RuleNumber: number;
  readonly Egress: boolean;
  readonly RuleAction: 'allow' | 'deny';
  readonly Protocol: string;
  readonly CidrBlock?: string;
  readonly Ipv6CidrBlock?: string;
  readonly PortRange?: { readonly From: number; readonly To: number };
  readonly IcmpTypeCode?: { readonly Type: number; readonly Code: number };
};

/** The last rule of every ACL, which denies and which nobody can write. IPv6 has one of its own. */
const LAST = 32_766;

/** The network ACL that passes a filter; undefined when there is none. */
export async function readAcl(
  filter: { Name: string; Values: string[] },
  host: ReadPort,
  signal: AbortSignal,
): Promise<NetworkAcl | undefined> {
  const { NetworkAcls = [] } = await host.read(aws('ec2', 'DescribeNetworkAcls', { Filters: [filter] }), signal);
  return NetworkAcls[0];
}

/** The entries that somebody wrote, in the order in which they are asked. */
export const entriesOf = ({ Entries = [] }: NetworkAcl): readonly AclEntry[] =>
  Entries.filter(({ RuleNumber = 0 }) => RuleNumber <= LAST)
    .sort((a, b) => (a.RuleNumber ?? 0) - (b.RuleNumber ?? 0))
    .map(entryOf);

const entryOf = (entry: NetworkAclEntry): AclEntry => ({
  RuleNumber: entry.RuleNumber ?? 0,
  Egress: entry.Egress ?? false,
  RuleAction: entry.RuleAction ?? 'deny',
  Protocol: entry.Protocol ?? '-1',
  ...(entry.CidrBlock !== undefined && { CidrBlock: entry.CidrBlock }),
  ...(entry.Ipv6CidrBlock !== undefined && { Ipv6CidrBlock: entry.Ipv6CidrBlock }),
  ...(entry.PortRange && { PortRange: { From: entry.PortRange.From ?? 0, To: entry.PortRange.To ?? 65_535 } }),
  ...(entry.IcmpTypeCode && {
    IcmpTypeCode: { Type: entry.IcmpTypeCode.Type ?? -1, Code: entry.IcmpTypeCode.Code ?? -1 },
  }),
});

/** The entries that leave out whatever goes to these ranges and comes from them, and are the same for all else. */
export function withoutRanges(entries: readonly AclEntry[], ranges: readonly string[]): readonly AclEntry[] {
  const denied = ranges.flatMap((range) => [deny(true, range), deny(false, range)]);
  return renumbered([...denied, ...entries]);
}

/** The entries as far as they are about these ranges: nothing else is let through. */
export function onlyWithin(entries: readonly AclEntry[], ranges: readonly string[]): readonly AclEntry[] {
  const kept = entries.flatMap((entry) => {
    const { CidrBlock, Ipv6CidrBlock, ...rest } = entry;
    const commons = ranges.map((range) => commonRange(CidrBlock ?? Ipv6CidrBlock ?? '', range));
    return commons.flatMap((common) => (common === undefined ? [] : [{ ...rest, ...about(common) }]));
  });
  return renumbered(kept);
}

const deny = (Egress: boolean, range: string): AclEntry => ({
  RuleNumber: 0,
  Egress,
  RuleAction: 'deny',
  Protocol: '-1',
  ...about(range),
});

const about = (range: string) => (isSix(range) ? { Ipv6CidrBlock: range } : { CidrBlock: range });

const renumbered = (entries: readonly AclEntry[]): readonly AclEntry[] =>
  entries.map((entry, k) => ({ ...entry, RuleNumber: k + 1 }));
