import type { Blueprint, BlueprintInstances, BlueprintLoadBalancer } from '../../kernel/blueprint.ts';
import type { Launch } from '../contract.ts';
import type { WorldOptions } from '../world.ts';
import { buildAutoScalingGroup } from './auto-scaling/build-group.ts';
import { buildAlarm } from './cloudwatch/build-alarm.ts';
import { buildDependencies } from './dependencies/build-dependencies.ts';
import { addInstance, freeAddresses, nextPlaces, noAddress, ZONE_SPAN } from './ec2/add-instance.ts';
import { buildNetwork } from './ec2/network/build-network.ts';
import { blueprintIam } from './iam/blueprint-iam.ts';
import { buildHostedZone } from './route53/build-hosted-zone.ts';
import { noSsm } from './ssm/ssm-state.ts';
import type { Group, LoadBalancer, RegionState, Zone } from './state.ts';
import { randomDigits } from './step.ts';
import { NO_STORES } from './stores.ts';

/** The region that a blueprint describes, as it is at boot: every instance is to run, every record is published. */
export function buildState({ blueprint, name, wallMs, random, accountId, instance }: WorldOptions): RegionState {
  const vpcId = `vpc-0${randomDigits(random, 16)}`;
  const zones = blueprint.zones.map((zone, k) => buildZone(zone, k, random));
  const counter = { counter: 0 };
  const subnetIds = zones.map(({ subnetId }) => subnetId);
  const { network, ofInstances, ofBalancers } = buildNetwork(blueprint, { subnetIds, random, counter });
  const nowMs = wallMs();
  const { dependencies } = blueprint;
  const state: RegionState = {
    version: 1,
    name,
    region: blueprint.region,
    accountId,
    instance,
    dnsChangeDelayMs: blueprint.dnsChangeDelayMs,
    nameServers: blueprint.nameServers,
    powerReturnStaggerMs: blueprint.powerReturnStaggerMs,
    ...(blueprint.powerReturn && { powerReturn: blueprint.powerReturn }),
    vpc: { vpcId, cidr: '10.0.0.0/16', tags: { Name: name } },
    network,
    zones,
    groups: Object.fromEntries(
      blueprint.instances.map((group) => [group.name, buildGroup(group, blueprint, ofInstances.get(group.name))]),
    ),
    instances: [],
    launches: {},
    loadBalancers: [],
    autoScalingGroups: [],
    hostedZones: [],
    changes: {},
    healthChecks: [],
    cloudWatch: { metrics: {}, alarms: [], history: [], sweptMs: 0 },
    ssm: noSsm(),
    ...(dependencies && { dependencies: buildDependencies(dependencies, zones, { nowMs, random }) }),
    iam: blueprintIam(blueprint.roles, { nowMs, random }),
    stores: NO_STORES,
    toxics: {},
    troubles: {},
    plane: { nameServers: [] },
    timers: [],
    ...counter,
  };
  for (const instances of blueprint.instances) {
    const { name: group, perZone } = instances;
    buildAutoScalingGroup(state, instances, { nowMs, random });
    for (const zoneId of state.groups[group]?.zoneIds ?? []) {
      const places = nextPlaces(state, { group, zoneId }, perZone);
      if (places.length < perZone) throw noAddress(zoneId);
      for (const place of places) addInstance(state, { group, zoneId, place }, { nowMs, random });
    }
  }
  for (const balancer of blueprint.loadBalancers) {
    state.loadBalancers.push(
      buildLoadBalancer(state, balancer, { nowMs, random, securityGroupId: ofBalancers.get(balancer.name) }),
    );
  }
  for (const zone of blueprint.hostedZones) state.hostedZones.push(buildHostedZone(state, zone, random));
  for (const alarm of blueprint.alarms ?? []) buildAlarm(state, alarm, { nowMs, random });
  return state;
}

function buildZone(zone: Blueprint['zones'][number], k: number, random: () => number): Zone {
  return {
    zoneId: zone.id,
    zoneName: zone.name,
    subnetId: `subnet-0${randomDigits(random, 16)}`,
    cidr: `10.0.${ZONE_SPAN * (k + 1)}.0/20`,
    firstOctet: ZONE_SPAN * (k + 1),
    tags: { Name: zone.name },
    power: 'on',
  };
}

function buildGroup(group: BlueprintInstances, blueprint: Blueprint, securityGroupId: string | undefined): Group {
  const launch: Launch = {
    command: group.command,
    cwd: group.cwd,
    port: group.port,
    env: group.env,
    group: group.name,
    calls: group.calls,
    ...(group.readyPath !== undefined && { readyPath: group.readyPath }),
    readyWithinMs: group.readyWithinMs,
    restart: group.restart,
  };
  const zones = blueprint.zones.filter(({ id, name }) => group.zones.includes(id) || group.zones.includes(name));
  return {
    zoneIds: zones.map(({ id }) => id),
    tags: { ...group.tags, group: group.name },
    launch,
    securityGroupIds: securityGroupId === undefined ? [] : [securityGroupId],
    ...(group.role !== undefined && { role: group.role }),
  };
}

/** The load balancer, with one target group of the same name that holds all instances of the group. */
function buildLoadBalancer(
  state: RegionState,
  { name, listenPort, targets, healthCheck, deregistrationDelayMs, crossZone }: BlueprintLoadBalancer,
  { nowMs, random, securityGroupId }: { nowMs: number; random: () => number; securityGroupId: string | undefined },
): LoadBalancer {
  const arn = (kind: string) => `arn:aws:elasticloadbalancing:${state.region}:${state.accountId}:${kind}`;
  const id = randomDigits(random, 16);
  const port = state.groups[targets]?.launch.port ?? 80;
  const members = state.instances.filter(({ group }) => group === targets);
  return {
    name,
    arn: `${arn('loadbalancer')}/app/${name}/${id}`,
    dnsName: `${name}-${parseInt(id.slice(0, 8), 16)}.${state.region}.elb.amazonaws.com`,
    hostedZoneId: LOAD_BALANCER_ZONE,
    securityGroupIds: securityGroupId === undefined ? [] : [securityGroupId],
    nodes: state.zones.map(({ zoneId }) => ({ zoneId, address: freeAddresses(state, zoneId, 1, 4)[0] ?? '' })),
    listenPort,
    listenerArn: `${arn('listener')}/app/${name}/${id}/${randomDigits(random, 16)}`,
    createdMs: nowMs,
    crossZone,
    targetGroup: {
      name,
      group: targets,
      arn: `${arn('targetgroup')}/${name}/${randomDigits(random, 16)}`,
      port,
      deregistrationDelayMs,
      healthCheck,
      targets: members.map(({ instanceId }) => ({
        instanceId,
        port,
        draining: false,
        transition: 0,
        health: 'initial' as const,
        reason: '',
      })),
    },
  };
}

/** The hosted zone that load balancers of us-east-1 belong to, as aliases name it. */
const LOAD_BALANCER_ZONE = 'Z35SXDOTRQ7X7K';
