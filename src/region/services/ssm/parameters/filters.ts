import type { ParameterStringFilter } from '@aws-sdk/client-ssm';
import { Fault } from '../../fault.ts';
import { checkCount } from '../check.ts';
import type { Parameter, ParameterVersion } from '../ssm-state.ts';
import { checkPath, currentOf, liesUnder } from './name.ts';

/** What filters say: which parameters, and which version of each; undefined is the current one. */
interface Filters {
  matches(parameter: Parameter): boolean;
  versionOf(parameter: Parameter): ParameterVersion | undefined;
}

interface Filter {
  readonly key: string;
  readonly option: string;
  readonly values: readonly string[];
}

/** Filters that all must match, each by one of its values. `keys` are those that the operation has; `tag:` any tag. */
export function readFilters(given: readonly ParameterStringFilter[] | undefined, keys: readonly string[]): Filters {
  const filters = (given ?? []).map((one) => readFilter(one, keys));
  const twice = filters.find(({ key }, k) => filters.findIndex((other) => other.key === key) < k);
  if (twice) {
    throw invalidKey(
      `The following filter is duplicated in the request: ${twice.key}. A request can contain only one occurrence of a specific filter.`,
    );
  }
  const labels = filters.find(({ key }) => key === 'Label')?.values;
  return {
    matches: (parameter) => filters.every((filter) => isMet(filter, parameter)),
    versionOf: ({ versions }) => labels && versions.findLast((one) => hasOneOf(one, labels)),
  };
}

function readFilter({ Key: key = '', Option, Values: values = [] }: ParameterStringFilter, keys: readonly string[]) {
  const kind = key.startsWith('tag:') ? 'tag:' : key;
  if (!keys.includes(kind)) {
    throw invalidKey(`The following filter key is not valid: ${key}. Valid filter keys include: [${keys.join(', ')}].`);
  }
  if (values.length === 0 && kind !== 'tag:') {
    const why = `The following filter values are missing : null for filter key ${key}.`;
    throw new Fault('InvalidFilterValue', why, 400);
  }
  checkCount(values, 'parameterFilters.values', [0, 50]);
  const options = OPTIONS[kind] ?? ['Equals'];
  const option = Option ?? options[0] ?? '';
  if (!options.includes(option)) {
    const why = `The following filter option is not valid: ${option}. Valid options include: [${options.join(', ')}].`;
    throw new Fault('InvalidFilterOption', why, 400);
  }
  const words = WORDS[kind];
  const wrong = words && values.find((value) => !words.includes(value));
  if (wrong !== undefined) {
    const why = `The following filter value is not valid: ${wrong}. Valid values include: [${words?.join(', ')}].`;
    throw new Fault('InvalidFilterOption', why, 400);
  }
  if (kind === 'Path') for (const value of values) checkPath(value);
  return { key, option, values };
}

/** The first is meant when none is given. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  Name: ['Equals', 'BeginsWith', 'Contains'],
  KeyId: ['Equals', 'BeginsWith'],
  Path: ['OneLevel', 'Recursive'],
};

const WORDS: Readonly<Record<string, readonly string[]>> = {
  Type: ['String', 'StringList', 'SecureString'],
  Tier: ['Standard', 'Advanced', 'Intelligent-Tiering'],
};

function isMet({ key, option, values }: Filter, parameter: Parameter): boolean {
  const { name, tags, versions } = parameter;
  const { type, keyId, tier } = currentOf(parameter);
  if (key === 'Path') return values.some((path) => liesUnder(name, path, option === 'Recursive'));
  if (key === 'Label') return versions.some((version) => hasOneOf(version, values));
  if (key.startsWith('tag:')) {
    const tag = key.slice('tag:'.length);
    return Object.hasOwn(tags, tag) && (values.length === 0 || values.includes(tags[tag] ?? ''));
  }
  const facts: Readonly<Record<string, string | undefined>> = { Name: name, Type: type, KeyId: keyId, Tier: tier };
  const fact = key === 'DataType' ? 'text' : facts[key];
  return fact !== undefined && values.some((value) => COMPARE[option]?.(fact, value));
}

const COMPARE: Readonly<Record<string, (fact: string, value: string) => boolean>> = {
  Equals: (fact, value) => fact === value,
  BeginsWith: (fact, value) => fact.startsWith(value),
  Contains: (fact, value) => fact.includes(value),
};

const hasOneOf = ({ labels }: ParameterVersion, wanted: readonly string[]) =>
  labels.some((label) => wanted.includes(label));

const invalidKey = (message: string) => new Fault('InvalidFilterKey', message, 400);
