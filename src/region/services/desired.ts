import type { Desired, DesiredHostedZone, DesiredInstance, DesiredLoadBalancer, DesiredRecord } from '../contract.ts';
import type { DesiredHealthCheck } from '../desired-health-check.ts';
import { unreached } from './dependencies/join-network.ts';
import { desiredStoreChecks } from './dependencies/stores.ts';
import { networkOf } from './ec2/network/network-of.ts';
import { resolverTroubles } from './facility/troubles.ts';
import { plainName } from './route53/names.ts';
import { desiredScripts } from './ssm/commands/deliver.ts';
import type { HealthCheck, HostedZone, Instance, LoadBalancer, RecordSet, RegionState } from './state.ts';

/** What the data plane is to do, as the state asks for it. */
export function desiredOf(state: RegionState): Desired {
  return {
    instances: state.instances.flatMap((instance) => desiredInstance(state, instance)),
    zones: state.zones.map(({ zoneId, power }) => ({ zoneId, power: power === 'off' ? 'off' : 'on' })),
    loadBalancers: state.loadBalancers.map((balancer) => desiredLoadBalancer(state, balancer)),
    hostedZones: state.hostedZones.filter(({ published }) => published.length > 0).map(desiredHostedZone),
    network: networkOf(state),
    healthChecks: [...state.healthChecks.map(desiredHealthCheck), ...desiredStoreChecks(state)],
    region: state.region,
    toxics: [...Object.entries(state.toxics).map(([name, toxic]) => ({ name, ...toxic })), ...unreached(state)],
    resolverTroubles: resolverTroubles(state),
  };
}

function desiredInstance(state: RegionState, instance: Instance): DesiredInstance[] {
  const launch = state.groups[instance.group]?.launch;
  if (instance.state === 'terminated' || !launch) return [];
  const { instanceId, name, zoneId, address, generation, powered, force } = instance;
  const run = runOf(instance);
  const scripts = run === 'running' ? desiredScripts(state, instance) : [];
  const credentials = credentialsOf(state, instance);
  return [
    {
      ...{ instanceId, name, zoneId, address, generation, launch, run, force: force || !powered },
      ...(credentials && { credentials }),
      ...(scripts.length > 0 && { scripts }),
    },
  ];
}

/** An instance of a group with a role never acts as the account's root, whatever became of the role. */
function credentialsOf({ iam, groups }: RegionState, instance: Instance): DesiredInstance['credentials'] {
  const session = iam.sessions.find((one) => one.instanceId === instance.instanceId);
  if (session) {
    const { accessKeyId, secret: secretAccessKey, token: sessionToken } = session;
    return { accessKeyId, secretAccessKey, sessionToken };
  }
  return instance.profile || groups[instance.group]?.role !== undefined ? 'none' : undefined;
}

function runOf({ state, powered }: Instance): DesiredInstance['run'] {
  if (state === 'shutting-down') return 'terminated';
  if (state === 'stopping' || state === 'stopped') return 'stopped';
  return powered ? 'running' : 'stopped';
}

/** Targets in a zone that is not enabled get nothing, not even health checks. */
function desiredLoadBalancer({ instances }: RegionState, balancer: LoadBalancer): DesiredLoadBalancer {
  const { name, dnsName, nodes, listenPort, crossZone, targetGroup } = balancer;
  return {
    name,
    dnsName: dnsName.toLowerCase(),
    nodes,
    listenPort,
    crossZone,
    targets: targetGroup.targets
      .filter(({ instanceId }) => isEnabled(balancer, instances.find((one) => one.instanceId === instanceId)?.zoneId))
      .map(({ instanceId, port, draining }) => ({ instanceId, port, draining })),
    healthCheck: targetGroup.healthCheck,
  };
}

const isEnabled = ({ nodes }: LoadBalancer, zone: string | undefined) => nodes.some(({ zoneId }) => zoneId === zone);

const desiredHostedZone = ({ id, name, published, vpcs }: HostedZone): DesiredHostedZone => ({
  id,
  name: plainName(name),
  ...(vpcs && { isPrivate: true }),
  records: published.map(desiredRecord),
});

const desiredRecord = ({ name, type, ttl, values, alias, ...routing }: RecordSet): DesiredRecord => ({
  name: plainName(name),
  type,
  ttl: ttl ?? ALIAS_TTL,
  values,
  ...(alias && { aliasOf: plainName(alias.dnsName).replace(/^dualstack\./, '') }),
  ...(alias?.evaluateTargetHealth && { evaluateTargetHealth: true }),
  ...routing,
});

const desiredHealthCheck = ({ id, config }: HealthCheck): DesiredHealthCheck => {
  const { type, address, host, port, path = '/', search, interval, threshold, inverted, disabled } = config;
  return {
    id,
    type,
    ...(address !== undefined && { address }),
    ...(host !== undefined && { host: plainName(host.toLowerCase()) }),
    port,
    path: path.startsWith('/') ? path : `/${path}`,
    ...(search !== undefined && { search }),
    intervalMs: (interval * 1_000) / HURRY,
    threshold,
    inverted,
    disabled,
  };
};

/**
 * A cloud's checkers look every 10 or 30 seconds each, and there are many of them; in a region of one machine, whose
 * outages last seconds, the only one looks so many times as often.
 */
const HURRY = 20;

/** Seconds for which an answer made from an alias may be remembered. */
const ALIAS_TTL = 60;
