import type { Catalog, Probe } from '../kernel/define.ts';
import type { Redact } from '../kernel/redact.ts';
import { nearest } from '../kernel/suggest.ts';
import { type Checker, isMapping } from './checker.ts';
import type { ProbeUse } from './experiment.ts';
import { HYPOTHESIS_PROBE, PROBE_USE, SAMPLING } from './grammar.ts';
import type { Path } from './source.ts';
import { type ReadPattern, readTolerance } from './tolerance.ts';

/** Observations per second when the experiment does not say: http costs its target little, others may cost more. */
const defaultRate = (probe: string): number => (probe === 'http' ? 10 : 2);

/** The probes that the file names, loaded. */
type Probes = ReadonlyMap<string, Probe>;

interface Reading {
  readonly checker: Checker;
  readonly catalog: Catalog;
  readonly probes: Probes;
  readonly readPattern: ReadPattern;
  /** Names given so far, with the line of each. Shared by every list of the experiment. */
  readonly names: Map<string, number>;
  /** Makes names that show no secret. */
  readonly nameOf: Redact;
}

/** Reads a list of probes: of the hypothesis, whose probes may have a `during`, or of the stop conditions. */
export function readProbeUses(reading: Reading, path: Path, { during }: { during: boolean }): ProbeUse[] {
  const { checker } = reading;
  const uses: ProbeUse[] = [];
  for (const index of checker.items(path)) {
    const use = readProbeUse(reading, [...path, index], during);
    if (use) uses.push(use);
  }
  return uses;
}

function readProbeUse(reading: Reading, path: Path, during: boolean): ProbeUse | undefined {
  const { checker } = reading;
  const { name: given, probe: id } = checker.fields(during ? HYPOTHESIS_PROBE : PROBE_USE, path);
  const name = given && reading.nameOf(given);
  if (name !== undefined) checkName(checker, [...path, 'name'], name, reading.names);
  const probe = id === undefined ? undefined : reading.probes.get(id);
  if (id !== undefined && !probe) unknownProbe(reading, [...path, 'probe'], id);
  if (!probe) return undefined;
  const sampling = readWith(checker, [...path, 'with'], probe);
  const subject = { probe, timeoutMs: sampling.timeoutMs, readPattern: reading.readPattern };
  const has = (key: string) => checker.at([...path, key]) !== undefined;
  const tolerance = has('tolerance') ? readTolerance(checker, [...path, 'tolerance'], subject) : undefined;
  const looser = during && has('during') ? readTolerance(checker, [...path, 'during'], subject) : undefined;
  if (name === undefined || !tolerance) return undefined;
  const place = checker.place([...path, 'name']);
  const lag = probe.lagMs && { lagMs: probe.lagMs(sampling.with as never) };
  return { name, probe: probe.id, ...sampling, ...lag, tolerance, ...(looser && { during: looser }), place };
}

/** `rate` and `timeout` are common to every probe; the rest is for the probe itself. */
function readWith(checker: Checker, path: Path, probe: Probe) {
  const given = checker.at(path);
  const isAbsent = given === undefined;
  const read = isAbsent
    ? checker.values({ ...probe.params, ...SAMPLING }, path, {})
    : checker.fields({ ...probe.params, ...SAMPLING }, path);
  const own = Object.entries(read).filter(([key]) => key in probe.params);
  const { rate, timeout } = (isAbsent || !isMapping(given) ? {} : read) as { rate?: number; timeout?: number };
  return {
    with: Object.fromEntries(own),
    ratePerSecond: rate ?? defaultRate(probe.id),
    timeoutMs: timeout ?? 2_000,
  };
}

/** Complains when a name is taken: names are what people read in the report. */
export function checkName(checker: Checker, path: Path, name: string, names: Map<string, number>): void {
  const first = names.get(name);
  if (first === undefined) names.set(name, checker.place(path).line);
  else {
    const fix = `give it a name of its own; line ${first} has this one`;
    checker.say('SPEC_CONFLICT', path, `the name "${name}" is used twice`, { fix });
  }
}

function unknownProbe({ checker, catalog }: Reading, path: Path, id: string): void {
  const near = nearest(
    id,
    catalog.probes.map((entry) => entry.id),
  );
  const all = '"chaos probe list" shows all.';
  const fix = near === undefined ? all : `did you mean "${near}"? ${all}`;
  checker.say('SPEC_UNKNOWN_PROBE', path, `no probe named "${id}"`, { fix });
}
