import type { Problem } from '../kernel/errors.ts';
import { nearest } from '../kernel/suggest.ts';
import { parseDurationMs, parseRatePerSecond, parseShare } from '../kernel/units.ts';
import { Checker, isMapping } from './checker.ts';
import { PARAMETER, type PARAMETER_TYPES } from './grammar.ts';
import { isSetting, soundsSecret } from './secret-names.ts';
import { isTooShort, tooShort } from './secrets.ts';
import type { Path, Source } from './source.ts';
import { substituteText } from './substitute.ts';

type ParameterValue = string | number | boolean;
type ParameterType = (typeof PARAMETER_TYPES)[number];

/** Where values of parameters come from, besides the defaults in the file. `set` outranks `account`. */
export interface ParameterInput {
  readonly set: Readonly<Record<string, string>>;
  readonly account: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Parameters {
  readonly values: Readonly<Record<string, ParameterValue>>;
  /** Every declared name: those without a value have a problem each. */
  readonly declared: readonly string[];
  /** Those whose value was read from the environment: it may be a secret. */
  readonly fromEnvironment: readonly string[];
  readonly problems: readonly Problem[];
}

/** Reads the declarations under `parameters` and gives each its value. */
export function readParameters(source: Source, input: ParameterInput): Parameters {
  const declarations = isMapping(source.value) ? source.value.parameters : undefined;
  const checker = new Checker(source, source.value);
  const values: Record<string, ParameterValue> = {};
  const declared = isMapping(declarations) ? Object.keys(declarations) : [];
  if (declarations !== undefined && !isMapping(declarations)) checker.fields({}, ['parameters']);
  for (const name of declared) {
    const value = readParameter(checker, name, input);
    if (value !== undefined) values[name] = value;
  }
  const fromEnvironment = declared.filter(
    (name) => given(name, input) === undefined && isFromEnvironment(checker, name),
  );
  return {
    values,
    declared,
    fromEnvironment,
    problems: [...checker.problems, ...unknownSettings(input.set, declared)],
  };
}

function unknownSettings(set: Readonly<Record<string, string>>, declared: readonly string[]): Problem[] {
  const unknown = Object.keys(set).filter((name) => !declared.includes(name));
  return unknown.map((name) => {
    const near = nearest(name, declared);
    const all = declared.length > 0 ? `it has: ${declared.join(', ')}` : 'it has no parameters; leave --set out';
    return {
      code: 'SPEC_UNKNOWN_PARAMETER',
      what: `--set ${name}: the experiment has no parameter "${name}"`,
      fix: near === undefined ? all : `did you mean "--set ${near}=${soundsSecret(near) ? 'VALUE' : set[name]}"?`,
    };
  });
}

function readParameter(checker: Checker, name: string, input: ParameterInput): ParameterValue | undefined {
  const path: Path = ['parameters', name];
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(name)) {
    const fix = 'begin with a letter; go on with letters, digits, "_" and "-"';
    checker.say('SPEC_PARAMETER', path, `"${name}" is no name for a parameter`, { fix, at: 'key' });
    return undefined;
  }
  const before = checker.problems.length;
  const { type, allowed } = checker.fields(PARAMETER, path);
  if (type === undefined || checker.problems.length > before) return undefined;
  const allowedValues = allowed?.map((raw, index) =>
    readValue(checker, { name, type, raw, path: [...path, 'allowed', index] }),
  );
  const value = chooseValue(checker, { name, type, input, path });
  if (type === 'string' && typeof value === 'string' && soundsSecret(name) && !isSetting(value) && isTooShort(value)) {
    checker.problems.push(tooShort(`parameter "${name}"`));
    return undefined;
  }
  if (value === undefined || !allowedValues || allowedValues.includes(value)) return value;
  const isHidden = given(name, input) === undefined && isFromEnvironment(checker, name);
  const shown = isHidden ? checker.at([...path, 'default']) : value;
  const found = `parameter "${name}" is ${show(shown)}, which is not among the allowed values`;
  tellValue(checker, { name, input, path }, found, `use one of: ${allowedValues.map(String).join(', ')}`);
  return undefined;
}

interface Choice {
  readonly name: string;
  readonly input: ParameterInput;
  readonly path: Path;
}

/** The value from outside the file: of `--set`, else of the account. */
function given(name: string, { set, account }: ParameterInput): unknown {
  if (Object.hasOwn(set, name)) return set[name];
  return Object.hasOwn(account, name) ? account[name] : undefined;
}

const isFromEnvironment = (checker: Checker, name: string): boolean =>
  String(checker.at(['parameters', name, 'default'])).includes('${env:');

/** The value from `--set`, else of the account, else the default. */
function chooseValue(checker: Checker, choice: Choice & { type: ParameterType }): ParameterValue | undefined {
  const { name, type, input, path } = choice;
  const outside = given(name, input);
  if (outside !== undefined) {
    const value = parseAs(type, outside, true);
    if (value === undefined) tellValue(checker, choice, `parameter "${name}" cannot be ${show(outside)}`, HINTS[type]);
    return value;
  }
  const fallback = checker.at([...path, 'default']);
  if (fallback !== undefined) return readDefault(checker, choice, fallback);
  const fix = `give it a default, or a value: --set ${name}=VALUE`;
  checker.say('SPEC_PARAMETER', path, `parameter "${name}" has no value`, { fix, at: 'key' });
  return undefined;
}

function readDefault(checker: Checker, choice: Choice & { type: ParameterType }, fallback: unknown) {
  const path = [...choice.path, 'default'];
  if (typeof fallback !== 'string' || !fallback.includes('${'))
    return readValue(checker, { ...choice, raw: fallback, path });
  const filled = substituteText(fallback, {
    values: {},
    declared: [],
    env: choice.input.env,
    tell: (code, what, fix) => checker.say(code, path, what, { fix }),
  });
  return filled === undefined ? undefined : readValue(checker, { ...choice, raw: filled, path, lenient: true });
}

interface Reading {
  readonly name: string;
  readonly type: ParameterType;
  readonly raw: unknown;
  readonly path: Path;
  readonly lenient?: boolean;
}

function readValue(checker: Checker, { name, type, raw, path, lenient = false }: Reading): ParameterValue | undefined {
  const value = parseAs(type, raw, lenient);
  if (value === undefined) {
    // A value of the environment may be a secret: its reference is shown instead.
    const shown = lenient ? checker.at(path) : raw;
    checker.say('SPEC_PARAMETER', path, `parameter "${name}" cannot be ${show(shown)}`, { fix: HINTS[type] });
  }
  return value;
}

/** A problem of a value points at the declaration, unless the value came from outside the file. */
function tellValue(checker: Checker, { name, input, path }: Choice, what: string, fix: string): void {
  if (Object.hasOwn(input.set, name))
    checker.problems.push({ code: 'SPEC_PARAMETER', what: `--set ${name}: ${what}`, fix });
  else if (given(name, input) !== undefined) {
    checker.problems.push({ code: 'SPEC_PARAMETER', what: `in the account's configuration: ${what}`, fix });
  } else checker.say('SPEC_PARAMETER', [...path, 'default'], what, { fix });
}

const HINTS: Readonly<Record<ParameterType, string>> = {
  string: 'write a text; put it in quotes if it looks like a number',
  number: 'write a number',
  boolean: 'write true or false',
  duration: 'write a number and a unit, such as 500ms, 90s, 5m or 2h',
  share: 'write a percentage from 0% to 100%, such as 99.5%',
  rate: 'write a rate, such as 50/s or 30/m',
};

/** Durations, shares and rates stay texts: the field that a reference stands in reads them. `lenient` reads texts as
 *  the command line and the environment give them. */
function parseAs(type: ParameterType, raw: unknown, lenient: boolean): ParameterValue | undefined {
  if (type === 'number') {
    const value = lenient && typeof raw === 'string' && /^-?\d+(\.\d+)?$/.test(raw) ? Number(raw) : raw;
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  }
  if (type === 'boolean') {
    const value = lenient && (raw === 'true' || raw === 'false') ? raw === 'true' : raw;
    return typeof value === 'boolean' ? value : undefined;
  }
  if (typeof raw !== 'string') return undefined;
  if (type === 'string') return raw;
  const parse = { duration: parseDurationMs, share: parseShare, rate: parseRatePerSecond }[type];
  return parse(raw) === undefined ? undefined : raw;
}

const show = (value: unknown): string => (typeof value === 'string' ? `"${value}"` : JSON.stringify(value));
