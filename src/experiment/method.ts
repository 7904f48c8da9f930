import path from 'node:path';
import type { Catalog, Fault } from '../kernel/define.ts';
import type { AccountKind } from '../kernel/ports.ts';
import type { Redact } from '../kernel/redact.ts';
import { nearest } from '../kernel/suggest.ts';
import { renderDuration } from '../kernel/units.ts';
import { type Checker, isMapping, isMisspelt } from './checker.ts';
import type { CommandStep, FaultStep, Step } from './experiment.ts';
import { ROLLBACK, STEPS, TAKE } from './grammar.ts';
import { chooseMeans } from './means.ts';
import { checkName } from './probe-use.ts';
import type { Path } from './source.ts';
import { readTake, type Taken } from './take.ts';

export interface MethodReading {
  readonly checker: Checker;
  readonly catalog: Catalog;
  /** The faults that the file names, loaded. */
  readonly faults: ReadonlyMap<string, Fault>;
  readonly accountKind: AccountKind;
  /** The folder of the experiment, absolute: programs run there. */
  readonly folder: string;
  /** Names given so far, with the line of each. */
  readonly names: Map<string, number>;
  /** Makes names that show no secret. */
  readonly nameOf: Redact;
}

type Kind = keyof typeof STEPS;
const KINDS = Object.keys(STEPS) as Kind[];

/** Reads a list of steps, those inside `parallel` included. Steps with problems are left out. */
export function readSteps(reading: MethodReading, at: Path): Step[] {
  const { checker } = reading;
  const indexes = checker.items(at);
  if (Array.isArray(checker.at(at)) && indexes.length === 0) {
    const fix = 'write at least one step, such as "- fault: az.power-loss"';
    checker.say('SPEC_MISSING', at, `"${String(at.at(-1))}" has no step`, { fix });
  }
  return indexes.flatMap((index) => readStep(reading, [...at, index]) ?? []);
}

function readStep(reading: MethodReading, at: Path): Step | undefined {
  const kind = kindOf(reading.checker, at);
  if (kind === 'fault') return readFault(reading, at);
  if (kind === 'command') return readCommand(reading, at);
  if (kind === 'wait') {
    const { wait, ...rest } = reading.checker.fields(STEPS.wait, at);
    return wait === undefined
      ? undefined
      : { kind, ...base(reading, at, rest, `wait ${renderDuration(wait)}`), waitMs: wait };
  }
  if (kind === 'parallel') {
    const rest = reading.checker.fields(STEPS.parallel, at);
    return { kind, ...base(reading, at, rest, 'parallel'), steps: readSteps(reading, [...at, 'parallel']) };
  }
  return undefined;
}

/** Which of the four kinds a step is: the one key that says so. */
function kindOf(checker: Checker, at: Path): Kind | undefined {
  const value = checker.at(at);
  if (!isMapping(value)) {
    checker.fields({}, at);
    return undefined;
  }
  const kinds = KINDS.filter((kind) => kind in value);
  if (kinds.length === 1) return kinds[0];
  if (kinds.length > 1) {
    const what = `a step does one thing, and this one has ${kinds.map((kind) => `"${kind}"`).join(' and ')}`;
    checker.say('SPEC_CONFLICT', [...at, kinds[1] ?? ''], what, { fix: 'make two steps of it', at: 'key' });
    return undefined;
  }
  const typo = Object.keys(value).find((key) => nearest(key, KINDS) !== undefined);
  if (typo !== undefined) checker.unknownKey([...at, typo], KINDS);
  else checker.say('SPEC_MISSING', at, 'the step does nothing', { fix: `add one of: ${KINDS.join(', ')}` });
  return undefined;
}

/** What every step has. A step without a name gets one that no other has. */
function base(reading: MethodReading, at: Path, read: { name?: string; after?: number }, fallback: string) {
  const { checker, names } = reading;
  const place = checker.place(at);
  let name = read.name && reading.nameOf(read.name);
  if (name !== undefined) checkName(checker, [...at, 'name'], name, names);
  else {
    name = fallback;
    for (let copy = 2; names.has(name); copy++) name = `${fallback} (${copy})`;
    names.set(name, place.line);
  }
  return { name, place, afterMs: read.after ?? 0 };
}

function readFault(reading: MethodReading, at: Path): FaultStep | undefined {
  const { checker, faults, accountKind } = reading;
  const read = checker.fields(STEPS.fault, at);
  const fault = read.fault === undefined ? undefined : faults.get(read.fault);
  if (!fault) {
    if (read.fault !== undefined) unknownFault(reading, [...at, 'fault'], read.fault);
    return undefined;
  }
  const common = base(reading, at, read, fault.id);
  if (fault.reversal === 'permanent' && read.for !== undefined) {
    const what = `"for" has no meaning: nothing reverts "${fault.id}"`;
    checker.say('SPEC_CONFLICT', [...at, 'for'], what, { fix: 'remove it', at: 'key' });
  }
  const params = readPart(checker, [...at, 'with'], fault.params);
  const chosen = chooseMeans(fault, accountKind, read.via);
  if (!chosen) {
    noMeans(reading, at, fault);
    return undefined;
  }
  const shape = { ...chosen.means.target.select, ...TAKE };
  const { count, percent, choose, ...select } = readPart(checker, [...at, 'select'], shape);
  const take = readTake(checker, [...at, 'select'], { count, percent, choose } as Taken);
  return {
    kind: 'fault',
    ...common,
    fault: fault.id,
    ...(read.via !== undefined && { via: read.via }),
    select,
    ...(take && { take }),
    with: params,
    ...(read.for !== undefined && { forMs: read.for }),
  };
}

/** The mapping at a path; one that is absent is read as an empty one, so that what it lacks is told. */
function readPart(checker: Checker, at: Path, shape: Fault['params']): Record<string, unknown> {
  if (checker.at(at) !== undefined) return checker.fields(shape, at);
  const step = checker.at(at.slice(0, -1));
  if (isMapping(step) && isMisspelt(String(at.at(-1)), step, STEPS.fault)) return {};
  return checker.values(shape, at, {});
}

function unknownFault({ checker, catalog }: MethodReading, at: Path, id: string): void {
  const near = nearest(
    id,
    catalog.faults.map((entry) => entry.id),
  );
  const fix =
    near === undefined ? '"chaos fault list" shows all.' : `did you mean "${near}"? "chaos fault list" shows all.`;
  checker.say('SPEC_UNKNOWN_FAULT', at, `no fault named "${id}"`, { fix });
}

function noMeans({ checker, accountKind }: MethodReading, at: Path, fault: Fault): void {
  const via = checker.at([...at, 'via']);
  const works = Object.keys(fault.means).filter((kind) => chooseMeans(fault, accountKind, kind as never));
  const asked = via === undefined ? '' : ` by means of "${String(via)}"`;
  const what = `"${fault.id}" cannot be injected${asked} on an account of kind "${accountKind}"`;
  const fix = works.length > 0 ? `use one of: ${works.join(', ')}` : 'choose another account, or another fault';
  checker.say('SPEC_MEANS', [...at, via === undefined ? 'fault' : 'via'], what, { fix });
}

function readCommand(reading: MethodReading, at: Path): CommandStep | undefined {
  const { checker } = reading;
  const read = checker.fields(STEPS.command, at);
  const isPermanent = read.permanent === true;
  if (isPermanent && checker.at([...at, 'undo']) !== undefined) {
    const what = 'the command is permanent, and yet it has an undo';
    checker.say('SPEC_CONFLICT', [...at, 'permanent'], what, { fix: 'remove one of the two', at: 'key' });
  } else if (!isPermanent && checker.at([...at, 'undo']) === undefined) {
    const fix = 'add "undo: [program, argument]", or "permanent: true" if nothing reverts it';
    checker.say('SPEC_MISSING', [...at, 'undo'], 'the command has no undo', { fix });
  }
  return program(reading, at, { ...read, permanent: isPermanent });
}

/** Reads the programs that the author lists to run at the end. */
export function readRollbacks(reading: MethodReading, at: Path): CommandStep[] {
  return reading.checker.items(at).flatMap((index) => {
    const read = reading.checker.fields(ROLLBACK, [...at, index]);
    return program(reading, [...at, index], { ...read, permanent: true }) ?? [];
  });
}

type ReadProgram = Partial<Record<'name' | 'cwd', string>> &
  Partial<Record<'command' | 'undo', string[]>> &
  Partial<Record<'after' | 'for' | 'timeout', number>> & { permanent: boolean; env?: Record<string, string> };

function program(reading: MethodReading, at: Path, read: ReadProgram): CommandStep | undefined {
  if (!read.command) return undefined;
  return {
    kind: 'command',
    ...base(reading, at, read, reading.nameOf(read.command.join(' ')).slice(0, 60)),
    command: read.command,
    ...(read.undo && { undo: read.undo }),
    permanent: read.permanent,
    cwd: path.resolve(reading.folder, read.cwd ?? '.'),
    env: read.env ?? {},
    timeoutMs: read.timeout ?? 60_000,
    ...(read.for !== undefined && { forMs: read.for }),
  };
}
