import type { FacilityOperations } from '../../../kernel/facility.ts';
import { canonicalJson } from '../../../kernel/json.ts';
import type { Holder } from '../iam/iam-state.ts';
import type { RegionState } from '../state.ts';
import type { Step } from '../step.ts';

/**
 * What a fault could leave harmed, by name and in a fixed order, so that it can be compared with a pre-image. Left out
 * is what differs after any restart: processes, observed health, times, leases, tokens, past changes, counters, ids of
 * associations.
 */
export const describeState: Step<Record<string, never>, FacilityOperations['DescribeState'][1]> = (state) => ({
  state: {
    zones: byKey(
      state.zones,
      ({ zoneId }) => zoneId,
      ({ power, tags }) => ({ power, tags: sorted(tags) }),
    ),
    vpc: { tags: sorted(state.vpc.tags) },
    instances: byKey(
      state.instances.filter(({ state: now }) => now !== 'terminated'),
      ({ instanceId }) => instanceId,
      ({ name, zoneId, address, group, groupIds, tags, state: now, powered }) => ({
        name,
        zoneId,
        address,
        group,
        groupIds,
        tags: sorted(tags),
        state: now,
        powered,
      }),
    ),
    ...balancerFacts(state),
    ...networkFacts(state),
    autoScalingGroups: byKey(
      state.autoScalingGroups,
      ({ name }) => name,
      ({ min, max, desired, zoneIds, suspended }) => ({
        min,
        max,
        desired,
        zoneIds,
        suspended: Object.keys(suspended).sort(),
      }),
    ),
    hostedZones: byKey(
      state.hostedZones,
      ({ id }) => id,
      ({ name, records, published, vpcs = [] }) => ({ name, records, published, vpcs }),
    ),
    ...watchFacts(state),
    iam: iamFacts(state),
    toxics: sorted(state.toxics),
    troubles: byKey(
      Object.entries(state.troubles),
      ([name]) => name,
      ([, { trouble }]) => trouble,
    ),
  },
});

/** Who may do what: no secrets, and no sessions. */
const iamFacts = ({ iam: { users, groups, roles, policies } }: RegionState) => {
  const held = (holders: readonly Holder[]) =>
    byKey(
      holders,
      ({ name }) => name,
      ({ path, tags, inline, attached, boundary }) => ({
        path,
        tags: sorted(tags),
        inline: sorted(inline),
        attached: [...attached].sort(),
        ...(boundary !== undefined && { boundary }),
      }),
    );
  return {
    users: held(users),
    groups: held(groups),
    roles: held(roles),
    trusts: Object.fromEntries(roles.map(({ name, trust }) => [name, trust])),
    policies: byKey(
      policies,
      ({ arn }) => arn,
      ({ versions, defaultVersion }) => ({ documents: versions.map(({ document }) => document), defaultVersion }),
    ),
  };
};

const watchFacts = ({ healthChecks, cloudWatch }: RegionState) => ({
  healthChecks: byKey(
    healthChecks,
    ({ id }) => id,
    ({ config, tags }) => ({ config, tags: sorted(tags) }),
  ),
  alarms: byKey(
    cloudWatch.alarms,
    ({ name }) => name,
    ({ config, actionsEnabled, tags }) => ({ config, actionsEnabled, tags: sorted(tags) }),
  ),
});

const balancerFacts = ({ loadBalancers }: RegionState) => ({
  loadBalancers: byKey(
    loadBalancers,
    ({ name }) => name,
    ({ nodes }) => nodes.map(({ zoneId }) => zoneId).sort(),
  ),
  targetGroups: byKey(
    loadBalancers,
    ({ name }) => name,
    ({ targetGroup }) =>
      targetGroup.targets
        .map(({ instanceId, port, draining }) => `${instanceId}:${port}${draining ? ' draining' : ''}`)
        .sort(),
  ),
});

const networkFacts = ({ network }: RegionState) => ({
  networkAcls: byKey(
    network.acls,
    ({ networkAclId }) => networkAclId,
    ({ tags, entries, associations }) => ({
      tags: sorted(tags),
      entries: entries.map((entry) => canonicalJson({ ...entry })).sort(),
      subnets: associations.map(({ subnetId }) => subnetId).sort(),
    }),
  ),
  securityGroups: byKey(
    network.securityGroups,
    ({ groupId }) => groupId,
    ({ name, tags, rules }) => ({
      name,
      tags: sorted(tags),
      rules: rules.map(({ ruleId: _id, ordinal: _ordinal, ...rule }) => canonicalJson({ ...rule })).sort(),
    }),
  ),
  routes: network.routeTable.routes.map(({ cidr }) => cidr).sort(),
});

const byKey = <T, V>(things: readonly T[], key: (thing: T) => string, view: (thing: T) => V): Record<string, V> =>
  sorted(Object.fromEntries(things.map((thing) => [key(thing), view(thing)])));

const sorted = <V>(map: Readonly<Record<string, V>>): Record<string, V> =>
  Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
