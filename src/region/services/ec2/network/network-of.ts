import {
  type AclRule,
  ALL_PORTS,
  BALANCER_PORTS,
  CLIENT_PORTS,
  type GroupRule,
  type Network,
  type NetworkMember,
  type Ports,
} from '../../../network.ts';
import type { RegionState, Zone } from '../../state.ts';
import type { AclEntry, NetworkAcl, SecurityGroup } from './network-state.ts';

/** What the state's rules let through, as the data plane is told. */
export function networkOf(state: RegionState): Network {
  const { acls, securityGroups } = state.network;
  return {
    subnets: Object.fromEntries(state.zones.map((zone) => [zone.zoneId, subnetOf(state, zone, acls)])),
    groups: Object.fromEntries(securityGroups.map((group) => [group.groupId, groupRules(group)])),
    members: Object.fromEntries([...instanceMembers(state), ...balancerMembers(state)]),
  };
}

function subnetOf({ vpc, network }: RegionState, { subnetId }: Zone, acls: readonly NetworkAcl[]) {
  const acl = acls.find(({ associations }) => associations.some((one) => one.subnetId === subnetId));
  return {
    rules: (acl?.entries ?? []).toSorted((a, b) => a.ruleNumber - b.ruleNumber).flatMap(aclRule),
    routes: [vpc.cidr, ...network.routeTable.routes.map(({ cidr }) => cidr)],
  };
}

/** Rules of protocols that no link carries say nothing here. Ports count for TCP alone: all protocols are all ports. */
function aclRule({ egress, action, protocol, cidr, ports }: AclEntry): AclRule[] {
  if (protocol !== '-1' && protocol !== '6') return [];
  const named: Ports = protocol === '6' && ports ? [ports.from, ports.to] : ALL_PORTS;
  return [{ egress, allow: action === 'allow', cidr, ports: named }];
}

function groupRules({ rules }: SecurityGroup): GroupRule[] {
  return rules
    .filter(({ protocol }) => protocol === '-1' || protocol === 'tcp')
    .map(({ egress, protocol, fromPort, toPort, cidr, peerGroupId }) => ({
      egress,
      ports: protocol === '-1' ? ALL_PORTS : [fromPort, toPort],
      ...(cidr !== undefined && { cidr }),
      ...(peerGroupId !== undefined && { groupId: peerGroupId }),
    }));
}

const instanceMembers = ({ instances }: RegionState): [string, NetworkMember][] =>
  instances
    .filter(({ state }) => state !== 'terminated')
    .map(({ address, zoneId, groupIds }) => [address, { zoneId, groupIds, callsFrom: CLIENT_PORTS }]);

const balancerMembers = ({ loadBalancers }: RegionState): [string, NetworkMember][] =>
  loadBalancers.flatMap(({ nodes, securityGroupIds: groupIds }) =>
    nodes.map(({ zoneId, address }): [string, NetworkMember] => [
      address,
      { zoneId, groupIds, callsFrom: BALANCER_PORTS },
    ]),
  );
