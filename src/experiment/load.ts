import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Blueprint } from '../kernel/blueprint.ts';
import type { Catalog, CatalogEntry, Fault, Probe } from '../kernel/define.ts';
import type { Problem } from '../kernel/errors.ts';
import type { AccountKind } from '../kernel/ports.ts';
import { type Redact, redactor, redactProblem } from '../kernel/redact.ts';
import { Checker, isMapping } from './checker.ts';
import type { Experiment } from './experiment.ts';
import { checkExpiry } from './expiry.ts';
import { BLAST_RADIUS, EXPERIMENT } from './grammar.ts';
import { readHypothesis } from './hypothesis.ts';
import { loadBlueprint } from './load-blueprint.ts';
import { readRollbacks, readSteps } from './method.ts';
import { harmedMs, methodMs } from './method-length.ts';
import { type Parameters, readParameters } from './parameters.ts';
import { readProbeUses } from './probe-use.ts';
import { checkSample } from './sample.ts';
import { soundsSecret } from './secret-names.ts';
import { hiddenIn, namer, secretsOf, shortVariables } from './secrets.ts';
import { type Opened, openSource, type Source } from './source.ts';
import { substitute } from './substitute.ts';
import type { ReadPattern } from './tolerance.ts';

export interface LoadInput {
  /** As the person wrote it: problems name it so. */
  readonly file: string;
  readonly text: string | Uint8Array;
  readonly catalog: Catalog;
  /** Values from `--set name=value`. */
  readonly set: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Replaces the account that the file names. */
  readonly account?: string;
  /** Parameters of that account; `accounts` serves when it is the file that names the account. */
  readonly accountParameters?: Readonly<Record<string, unknown>>;
  /** The configured accounts, by name. One that is not among them is of the kind of its name, else embedded. */
  readonly accounts?: Readonly<Record<string, KnownAccount>>;
  readonly readText: (path: string) => Promise<string | Uint8Array>;
}

/** What an experiment must know of an account. */
interface KnownAccount {
  readonly kind: AccountKind;
  readonly blueprint?: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/**
 * An experiment from its YAML text, checked; or every problem that it has, each with its place and a fix.
 * @param opened the same text, where it was opened already.
 */
export async function loadExperiment(
  input: LoadInput,
  opened: Opened = openSource(input.file, input.text),
): Promise<{ experiment?: Experiment; problems: Problem[] }> {
  const { source, problems } = opened;
  if (!source) return { problems };
  const account = accountOf(input, source);
  const parameters = readParameters(source, { set: input.set, account: account.parameters, env: input.env });
  const values = { ...account.parameters, ...input.set, ...parameters.values };
  const redact = redactor(hiddenIn(source.text, { parameters: values, env: input.env }, source.value));
  const checker = resolve(input, source, parameters, redact);
  const experiment = await check(input, checker, { account, parameters, text: source.text });
  const all = [...parameters.problems, ...checker.problems, ...shortVariables(source.text, input.env)];
  if (all.length === 0 && experiment) return { experiment, problems: [] };
  return { problems: all.map((problem) => redactProblem(problem, redact)) };
}

interface Chosen {
  readonly name: string;
  readonly kind: AccountKind;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly blueprint?: string;
  /** Whether a fresh region is built from the blueprint of the experiment. */
  readonly isFresh: boolean;
}

function accountOf(input: LoadInput, source: Source): Chosen {
  const written = isMapping(source.value) ? source.value.account : undefined;
  const name = input.account ?? (typeof written === 'string' ? written : 'embedded');
  const accounts = input.accounts ?? {};
  const known = Object.hasOwn(accounts, name) ? accounts[name] : undefined;
  return {
    name,
    kind: known?.kind ?? (name === 'host' || name === 'aws' || name === 'endpoint' ? name : 'embedded'),
    parameters: input.accountParameters ?? known?.parameters ?? {},
    ...(known?.blueprint !== undefined && { blueprint: known.blueprint }),
    isFresh: name === 'embedded',
  };
}

/** Fills in every reference. Its problems become the checker's. */
function resolve(
  input: LoadInput,
  source: Source,
  { values, declared, fromEnvironment }: Parameters,
  redact: Redact,
): Checker {
  const found: Problem[] = [];
  const { value, unresolved } = substitute(source.value, {
    values,
    declared,
    env: input.env,
    except: ['parameters'],
    tell: (code, at, what, fix, reference) =>
      found.push({ code, what, fix, where: narrow(source.place(at), reference) }),
  });
  const hiddenNames = [...fromEnvironment, ...declared.filter(soundsSecret)];
  const hidden = ['${env:', ...hiddenNames.map((name) => `\${${name}}`)];
  const checker = new Checker(source, value, { unresolved, hidden, redact });
  checker.problems.push(...found);
  return checker;
}

/** The place of a reference inside the place of its text, where both stand in one line. */
function narrow(place: ReturnType<Source['place']>, reference: string): ReturnType<Source['place']> {
  const index = place.text.indexOf(reference, place.column - 1);
  return index < 0 ? place : { ...place, column: index + 1, width: reference.length };
}

interface Checked {
  readonly account: Chosen;
  readonly parameters: Parameters;
  readonly text: string;
}

async function check(
  input: LoadInput,
  checker: Checker,
  { account, parameters, text }: Checked,
): Promise<Experiment | undefined> {
  const top = checker.fields(EXPERIMENT, [], (key) => key.startsWith('x-'));
  const named = namesIn(checker.at([]));
  const [faults, probes, readPattern, blueprint] = await Promise.all([
    loadNamed<Fault>(input.catalog.faults, named),
    loadNamed<Probe>(input.catalog.probes, named),
    loadReadPattern(checker.at([])),
    readBlueprint(input, checker, account),
  ]);
  const names = new Map<string, number>();
  const { catalog } = input;
  const documents = [checker.at([]), blueprint?.instances];
  const secrets = secretsOf(text, { parameters: parameters.values, env: input.env, documents });
  const nameOf = namer(secrets);
  const using = { checker, catalog, probes, readPattern, names, nameOf };
  const hypothesis = readHypothesis(using, top.title ?? '');
  const stopConditions = readProbeUses(using, ['stopConditions'], { during: false });
  const folder = path.resolve(path.dirname(input.file));
  const accountKind = account.kind;
  const reading = { checker, catalog, faults, accountKind, folder, nameOf, names: new Map<string, number>() };
  const method = readSteps(reading, ['method']);
  const rollbacks = readRollbacks(reading, ['rollbacks']);
  const radius = checker.fields(BLAST_RADIUS, ['blastRadius']);
  // A sample is planned from times that were read: with any problem so far they may be wrong.
  if (checker.problems.length + parameters.problems.length === 0) {
    const phases = { ...hypothesis, methodMs: methodMs(method), harmedMs: harmedMs(method) };
    for (const [index, use] of hypothesis.probes.entries()) {
      checkSample(checker, use, ['steadyStateHypothesis', 'probes', index], phases);
    }
  }
  checkExpiry(checker, method);
  if (checker.problems.length > 0) return undefined;
  return {
    file: input.file,
    digest: createHash('sha256').update(text).digest('hex'),
    title: top.title ?? '',
    ...(top.description !== undefined && { description: top.description }),
    account: account.name,
    ...(blueprint && { blueprint }),
    parameters: parameters.values,
    secrets,
    hypothesis,
    blastRadius: { targets: radius.targets ?? 1, zones: radius.zones ?? 1 },
    stopConditions,
    method,
    rollbacks,
    allowPermanent: top.allowPermanent ?? false,
    ...(top.seed !== undefined && { seed: top.seed }),
  };
}

/** The blueprint of a fresh region: the one that the file names, or the account's. */
async function readBlueprint(input: LoadInput, checker: Checker, account: Chosen): Promise<Blueprint | undefined> {
  const written = checker.at(['blueprint']);
  if (written === undefined && account.blueprint === undefined) {
    if (account.isFresh && isMapping(checker.at([]))) {
      const fix = 'add "blueprint: regions/shop.yaml", the region to build, or name another account';
      checker.say('SPEC_MISSING', ['blueprint'], '"blueprint" is missing', { fix });
    }
    return undefined;
  }
  if (typeof written !== 'string' && account.blueprint === undefined) return undefined;
  const file = typeof written === 'string' ? beside(input.file, written) : (account.blueprint ?? '');
  const loaded = await loadBlueprint(file, input.readText, checker.place(['blueprint']));
  checker.problems.push(...loaded.problems);
  return loaded.blueprint;
}

/** Every text that stands as a `fault` or a `probe` anywhere: what must be loaded, perhaps a little more. */
function namesIn(value: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const item of value) namesIn(item, found);
  else if (isMapping(value)) {
    for (const [key, inner] of Object.entries(value)) {
      if ((key === 'fault' || key === 'probe') && typeof inner === 'string') found.add(inner);
      else namesIn(inner, found);
    }
  }
  return found;
}

/** The engine of patterns is loaded only for a file that has one. */
async function loadReadPattern(value: unknown): Promise<ReadPattern> {
  if (hasKey(value, 'matches')) return (await import('./pattern.ts')).readPattern;
  return () => 'was not expected here';
}

const hasKey = (value: unknown, key: string): boolean =>
  Array.isArray(value)
    ? value.some((item) => hasKey(item, key))
    : isMapping(value) && (Object.hasOwn(value, key) || Object.values(value).some((inner) => hasKey(inner, key)));

async function loadNamed<D>(entries: readonly CatalogEntry<D>[], names: ReadonlySet<string>): Promise<Map<string, D>> {
  const wanted = entries.filter((entry) => names.has(entry.id));
  return new Map(await Promise.all(wanted.map(async (entry): Promise<[string, D]> => [entry.id, await entry.load()])));
}

/** A path that a file names: relative to that file, unless it is absolute. */
const beside = (file: string, named: string): string =>
  path.isAbsolute(named) ? named : path.join(path.dirname(file), named);
