/**
 * What the network of a region lets through: network ACLs and routes of each subnet, security groups of each address.
 * The control plane tells it to the data plane whole; both ask `verdictOn`, which is pure. Links carry TCP alone, so
 * rules of other protocols matter to nobody here.
 */
export interface Network {
  /** One subnet for each zone, by the id of the zone. */
  readonly subnets: Readonly<Record<string, NetworkSubnet>>;
  readonly groups: Readonly<Record<string, readonly GroupRule[]>>;
  /** Everything that has an address of the VPC, by that address. */
  readonly members: Readonly<Record<string, NetworkMember>>;
}

interface NetworkSubnet {
  /** In the order in which they are asked; what none of them names is denied. */
  readonly rules: readonly AclRule[];
  /** The ranges of addresses that packets find their way to. */
  readonly routes: readonly string[];
}

export interface AclRule {
  readonly egress: boolean;
  readonly allow: boolean;
  readonly cidr: string;
  readonly ports: Ports;
}

/** A rule allows; there are none that deny. Its peer is a range of addresses, or whoever is in a group. */
export interface GroupRule {
  readonly egress: boolean;
  readonly ports: Ports;
  readonly cidr?: string;
  readonly groupId?: string;
}

export interface NetworkMember {
  readonly zoneId: string;
  readonly groupIds: readonly string[];
  /** The ports from which it calls: answers come back to them, which a network ACL does not know by itself. */
  readonly callsFrom: Ports;
}

/** From the first to the last. */
export type Ports = readonly [number, number];

/**
 * `open`: packets pass. `closed`: no new connection is let in, but those that are tracked live on: a security group.
 * `dropped`: packets of every connection are lost: a network ACL, or no route.
 */
export type Verdict = 'open' | 'closed' | 'dropped';

/** A network that asks nothing of anybody. */
export const NO_NETWORK: Network = { subnets: {}, groups: {}, members: {} };

/** Whence callers come that are not in the VPC: an address that belongs to nobody (RFC 5737). */
export const OUTSIDE_ADDRESS = '203.0.113.10';

export const ALL_PORTS: Ports = [0, 65_535];
/** What Linux calls from. */
export const CLIENT_PORTS: Ports = [32_768, 60_999];
/** What the node of a load balancer calls from, as AWS tells those who write network ACLs. */
export const BALANCER_PORTS: Ports = [1_024, 65_535];

/** What happens to a connection from one address to a port of another. An address that is not in the VPC is outside. */
export function verdictOn(network: Network, from: string, to: string, port: number): Verdict {
  const [caller, place] = [network.members[from], network.members[to]];
  const back = caller?.callsFrom ?? CLIENT_PORTS;
  const delivered = delivers(network, from, to, [port, port]) && delivers(network, to, from, back);
  if (!delivered) return 'dropped';
  const leaves = !caller || admits(network, caller, { egress: true, peer: to, port });
  const enters = !place || admits(network, place, { egress: false, peer: from, port });
  return leaves && enters ? 'open' : 'closed';
}

/** Whether packets to all of these ports get from one address to the other. Within a subnet, nothing is asked. */
function delivers({ subnets, members }: Network, from: string, to: string, ports: Ports): boolean {
  const [leaves, enters] = [members[from]?.zoneId, members[to]?.zoneId];
  if (leaves === enters) return true;
  const [source, destination] = [subnets[leaves ?? ''], subnets[enters ?? '']];
  const leads = !source || source.routes.some((cidr) => contains(cidr, to));
  if (!leads || (source && !allowsAll(source.rules, true, to, ports))) return false;
  return !destination || allowsAll(destination.rules, false, from, ports);
}

/**
 * Whether every one of the ports is allowed, each by the first rule that names it. A range counts as one: a caller does
 * not choose its port, so an ACL that lets back only some answers breaks some connections, and here it breaks all.
 */
function allowsAll(rules: readonly AclRule[], egress: boolean, peer: string, ports: Ports): boolean {
  let open: readonly Ports[] = [ports];
  for (const rule of rules) {
    if (rule.egress !== egress || !contains(rule.cidr, peer)) continue;
    const named = open.some(([first, last]) => first <= rule.ports[1] && rule.ports[0] <= last);
    if (!named) continue;
    if (!rule.allow) return false;
    open = open.flatMap((range) => without(range, rule.ports));
    if (open.length === 0) return true;
  }
  return false;
}

function without([first, last]: Ports, [from, to]: Ports): Ports[] {
  const rest: Ports[] = [
    [first, Math.min(last, from - 1)],
    [Math.max(first, to + 1), last],
  ];
  return rest.filter(([low, high]) => low <= high);
}

function admits(
  { groups, members }: Network,
  { groupIds }: NetworkMember,
  { egress, peer, port }: { egress: boolean; peer: string; port: number },
): boolean {
  const groupsOfPeer = members[peer]?.groupIds ?? [];
  return groupIds.some((id) =>
    groups[id]?.some(
      (rule) =>
        rule.egress === egress &&
        rule.ports[0] <= port &&
        port <= rule.ports[1] &&
        (rule.cidr === undefined ? groupsOfPeer.includes(rule.groupId ?? '') : contains(rule.cidr, peer)),
    ),
  );
}

/** Whether an address is in a range such as `10.0.0.0/16`. */
export function contains(cidr: string, address: string): boolean {
  const bits = prefixOf(cidr);
  const mask = bits === 0 ? 0 : (-1 << (32 - bits)) >>> 0;
  return (numberOf(cidr) & mask) >>> 0 === (numberOf(address) & mask) >>> 0;
}

const prefixOf = (cidr: string): number => Number(cidr.slice(cidr.indexOf('/') + 1));

/** The four numbers of an address, or of a range, as one. */
function numberOf(text: string): number {
  let value = 0;
  let part = 0;
  for (let k = 0; k < text.length; k++) {
    const code = text.charCodeAt(k);
    if (code === 47) break;
    if (code === 46) {
      value = value * 256 + part;
      part = 0;
    } else part = part * 10 + code - 48;
  }
  return value * 256 + part;
}
