import path from 'node:path';
import type {
  Blueprint,
  BlueprintInstances,
  BlueprintLoadBalancer,
  BlueprintRole,
  BlueprintZone,
} from '../kernel/blueprint.ts';
import type { Problem } from '../kernel/errors.ts';
import { redactor, redactProblem } from '../kernel/redact.ts';
import { readAlarms } from './blueprint-alarms.ts';
import { checkDependencies, readDependencies } from './blueprint-dependencies.ts';
import { BLUEPRINT, DNS, INSTANCES, LOAD_BALANCER, POWER_RETURN, ROLE, ZONE } from './blueprint-grammar.ts';
import { readHostedZones } from './blueprint-records.ts';
import { checkReferences, checkSizes, checkUnique } from './blueprint-references.ts';
import { Checker, isMapping, type Read } from './checker.ts';
import { type Part, readList } from './parts.ts';
import { secretsIn } from './secret-places.ts';
import { type Opened, openSource, type Path } from './source.ts';

/**
 * A blueprint from its YAML text, checked, every path absolute and every default filled in; or every problem.
 * @param opened the same text, where it was opened already.
 */
export function parseBlueprint(
  input: { file: string; text: string | Uint8Array },
  opened: Opened = openSource(input.file, input.text),
): { blueprint?: Blueprint; problems: Problem[] } {
  const { source, problems } = opened;
  if (!source) return { problems };
  const checker = new Checker(source, source.value);
  const blueprint = readBlueprint(checker, path.resolve(path.dirname(input.file)));
  if (checker.problems.length === 0) return { blueprint, problems: [] };
  const redact = redactor(secretsIn(source.value));
  return { problems: checker.problems.map((problem) => redactProblem(problem, redact)) };
}

function readBlueprint(checker: Checker, folder: string): Blueprint {
  const top = checker.fields(BLUEPRINT, [], (key) => key.startsWith('x-'));
  const region = top.region ?? 'us-east-1';
  const zones = readZones(checker, region);
  const instances = readList(checker, ['instances'], (at) => readInstances(checker, at, { folder, zones }));
  const loadBalancers = readList(checker, ['loadBalancers'], (at) => readLoadBalancer(checker, at));
  const hostedZones = readHostedZones(checker);
  const alarms = readAlarms(checker);
  const roles = readList(checker, ['roles'], (at) => readRole(checker, at));
  const dependencies = readDependencies(checker);
  const dns = checker.values(DNS, ['dns'], checkedMapping(checker, ['dns'], Object.keys(DNS)));
  const power = checker.values(
    POWER_RETURN,
    ['powerReturn'],
    checkedMapping(checker, ['powerReturn'], Object.keys(POWER_RETURN)),
  );
  const staged = stagedReturn(power);
  const blueprint: Blueprint = {
    title: top.title ?? '',
    region,
    zones: zones.map(({ value }) => value),
    instances: instances.map(({ value }) => value),
    loadBalancers: loadBalancers.map(({ value }) => value),
    hostedZones: hostedZones.map(({ value }) => value),
    ...(alarms.length > 0 && { alarms: alarms.map(({ value }) => value) }),
    ...(roles.length > 0 && { roles: roles.map(({ value }) => value) }),
    ...(dependencies && { dependencies }),
    dnsChangeDelayMs: dns.changeDelay ?? 1_000,
    nameServers: dns.nameServers ?? 2,
    powerReturnStaggerMs: power.stagger ?? 200,
    ...(staged && { powerReturn: staged }),
  };
  const parts = { zones, instances, loadBalancers, hostedZones, alarms, roles };
  checkUnique(checker, parts);
  checkReferences(checker, parts);
  checkSizes(checker, parts);
  if (dependencies) checkDependencies(checker, dependencies, parts);
  return blueprint;
}

/** How power returns; undefined when it does so at once and to all. */
function stagedReturn(read: Read<typeof POWER_RETURN>): Blueprint['powerReturn'] {
  const { stages = 1, pause = 2_000, never = 0, seed = 1, replacedAfter = 10_000 } = read;
  if (stages === 1 && never === 0) return undefined;
  return { stages, pauseMs: pause, neverShare: never, seed, replacedAfterMs: replacedAfter };
}

/** The mapping at a path for `values`: an absent one is empty, its unknown keys are told. */
function checkedMapping(checker: Checker, at: Path, known: readonly string[]): Record<string, unknown> {
  const value = checker.at(at);
  if (value !== undefined && !isMapping(value)) checker.fields({}, at);
  if (!isMapping(value)) return {};
  for (const key of Object.keys(value)) if (!known.includes(key)) checker.unknownKey([...at, key], known);
  return value;
}

function readZones(checker: Checker, region: string): Part<BlueprintZone>[] {
  return readList(checker, ['zones'], (at) => {
    const index = Number(at.at(-1));
    const fallback = `${region}${String.fromCharCode('a'.charCodeAt(0) + (index % 26))}`;
    const isBare = !isMapping(checker.at(at));
    const read = isBare ? { id: checker.value(ZONE.id, at) } : checker.fields(ZONE, at);
    const { id, name } = read as { id?: string; name?: string };
    return id === undefined ? undefined : { id, name: name ?? fallback };
  });
}

function readInstances(
  checker: Checker,
  at: Path,
  { folder, zones }: { folder: string; zones: readonly Part<BlueprintZone>[] },
): BlueprintInstances | undefined {
  const read = checker.fields(INSTANCES, at);
  if (read.name === undefined || read.command === undefined || read.port === undefined) return undefined;
  const chosen = read.zones === 'all' || read.zones === undefined ? zones.map(({ value }) => value.id) : read.zones;
  return {
    name: read.name,
    zones: chosen.map((zone) => zones.find(({ value }) => value.name === zone)?.value.id ?? zone),
    ...sizeOf(checker, at, read),
    command: read.command.map((word) => (/^\.\.?\//.test(word) ? path.resolve(folder, word) : word)),
    cwd: path.resolve(folder, read.cwd ?? '.'),
    port: read.port,
    env: read.env ?? {},
    tags: read.tags ?? {},
    calls: read.calls ?? [],
    ...(read.ready !== undefined && { readyPath: read.ready }),
    readyWithinMs: read.readyWithin ?? 10_000,
    restart: read.restart ?? true,
    ...(read.role !== undefined && { role: read.role }),
  };
}

/** How many instances a group has: so many in each zone, or as its Auto Scaling group keeps them. */
function sizeOf(
  checker: Checker,
  at: Path,
  { perZone, autoScaling }: Read<typeof INSTANCES>,
): Pick<BlueprintInstances, 'perZone' | 'autoScaling'> {
  if (!autoScaling) return { perZone: perZone ?? 1 };
  const { min, max, desired = min, healthCheck, gracePeriod } = autoScaling;
  if (perZone !== undefined) {
    const fix = 'keep one of them; "autoScaling" spreads its instances over the zones by itself';
    checker.say('SPEC_CONFLICT', [...at, 'perZone'], 'the group has "autoScaling" and "perZone"', { fix, at: 'key' });
  }
  if (max < min) {
    const fix = `write at least ${min} for "max", or at most ${max} for "min"`;
    checker.say('SPEC_CONFLICT', [...at, 'autoScaling', 'max'], `"max" is ${max}, and "min" is ${min}`, { fix });
  } else if (desired < min || desired > max) {
    const what = `"desired" is ${desired}, which is not from ${min} to ${max}`;
    const fix = 'write a number from "min" to "max", or leave it out';
    checker.say('SPEC_CONFLICT', [...at, 'autoScaling', 'desired'], what, { fix });
  }
  return { perZone: 0, autoScaling: { min, max, desired, healthCheck, gracePeriodMs: gracePeriod } };
}

function readRole(checker: Checker, at: Path): BlueprintRole | undefined {
  const { name, allow = [], tags = {} } = checker.fields(ROLE, at);
  return name === undefined ? undefined : { name, allow, tags };
}

function readLoadBalancer(checker: Checker, at: Path): BlueprintLoadBalancer | undefined {
  const read = checker.fields(LOAD_BALANCER, at);
  if (read.name === undefined || read.targets === undefined || read.healthCheck === undefined) return undefined;
  const { path: checkPath, interval, timeout, healthy, unhealthy } = read.healthCheck;
  if (timeout > interval) {
    const fix = 'make "timeout" at most as long as "interval"';
    checker.say('SPEC_CONFLICT', [...at, 'healthCheck'], 'a health check takes longer than the time between checks', {
      fix,
    });
  }
  return {
    name: read.name,
    listenPort: read.port ?? 80,
    targets: read.targets,
    healthCheck: {
      path: checkPath,
      intervalMs: interval,
      timeoutMs: timeout,
      healthyThreshold: healthy,
      unhealthyThreshold: unhealthy,
    },
    deregistrationDelayMs: read.deregistrationDelay ?? 5_000,
    crossZone: read.crossZone ?? true,
  };
}
