import type { Blueprint } from '../../../../kernel/blueprint.ts';
import { randomDigits } from '../../step.ts';
import type {
  AclEntry,
  NetworkAcl,
  NetworkState,
  RouteTable,
  SecurityGroup,
  SecurityGroupRule,
} from './network-state.ts';

/** What the network is built from. `counter` counts up, as the state's own. */
interface Ground {
  readonly subnetIds: readonly string[];
  readonly random: () => number;
  readonly counter: { counter: number };
}

/** A network, with the security groups that the blueprint's things are in, by their names there. */
interface Built {
  readonly network: NetworkState;
  readonly ofInstances: ReadonlyMap<string, string>;
  readonly ofBalancers: ReadonlyMap<string, string>;
}

/**
 * The network of a new VPC, in which everything reaches everything that listens: one network ACL that allows all, the
 * group `default`, a group for each group of instances and for each load balancer that lets in its port from anywhere,
 * and a way out.
 */
export function buildNetwork({ instances, loadBalancers }: Blueprint, ground: Ground): Built {
  const { random, counter, subnetIds } = ground;
  const id = (prefix: string) => `${prefix}-0${randomDigits(random, 16)}`;
  const acl: NetworkAcl = {
    networkAclId: id('acl'),
    ordinal: ++counter.counter,
    isDefault: true,
    clientToken: '',
    tags: {},
    entries: [allowAll(false), allowAll(true)],
    associations: subnetIds.map((subnetId) => ({ associationId: id('aclassoc'), subnetId })),
  };
  const fallback = newGroup('default', 'default VPC security group', ground);
  const among = { protocol: '-1', fromPort: -1, toPort: -1, peerGroupId: fallback.groupId };
  fallback.rules.push({ ...ruleBase(ground), egress: false, ...among });
  const open = (name: string, port: number) => {
    const group = newGroup(name, `Lets in port ${port}`, ground);
    const anywhere = { protocol: 'tcp', fromPort: port, toPort: port, cidr: '0.0.0.0/0' };
    group.rules.push({ ...ruleBase(ground), egress: false, ...anywhere });
    return group;
  };
  const tiers = instances.map(({ name, port }) => ({ name, group: open(name, port) }));
  const doors = loadBalancers.map(({ name, listenPort }) => ({
    name,
    group: open(`load-balancer-${name}`, listenPort),
  }));
  const gatewayId = id('igw');
  const routeTable: RouteTable = {
    routeTableId: id('rtb'),
    associationId: id('rtbassoc'),
    gatewayId,
    tags: {},
    routes: [{ cidr: '0.0.0.0/0', gatewayId }],
  };
  const securityGroups = [fallback, ...[...tiers, ...doors].map(({ group }) => group)];
  return {
    network: { acls: [acl], securityGroups, routeTable },
    ofInstances: new Map(tiers.map(({ name, group }) => [name, group.groupId])),
    ofBalancers: new Map(doors.map(({ name, group }) => [name, group.groupId])),
  };
}

/** A group with the one rule that every new group of a VPC has: it may call anybody. */
export function newGroup(name: string, description: string, ground: Pick<Ground, 'random' | 'counter'>): SecurityGroup {
  const groupId = `sg-0${randomDigits(ground.random, 16)}`;
  const ordinal = ++ground.counter.counter;
  const all = { protocol: '-1', fromPort: -1, toPort: -1, cidr: '0.0.0.0/0' };
  return { groupId, ordinal, name, description, tags: {}, rules: [{ ...ruleBase(ground), egress: true, ...all }] };
}

/** What every rule begins with: its id and its place in the order. */
export const ruleBase = (
  ground: Pick<Ground, 'random' | 'counter'>,
): Pick<SecurityGroupRule, 'ruleId' | 'ordinal' | 'tags'> => ({
  ruleId: `sgr-0${randomDigits(ground.random, 16)}`,
  ordinal: ++ground.counter.counter,
  tags: {},
});

const allowAll = (egress: boolean): AclEntry => ({
  ruleNumber: 100,
  egress,
  action: 'allow',
  protocol: '-1',
  cidr: '0.0.0.0/0',
});
