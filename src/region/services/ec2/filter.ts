import type { Filter } from '@aws-sdk/client-ec2';
import { Fault } from '../fault.ts';
import type { Tags } from '../state.ts';

/** The values that a thing has under each name that filters may use. */
export type Facets<T> = Readonly<Record<string, (thing: T) => readonly string[]>>;

/**
 * Keeps what matches every filter, by at least one of its values, where `*` stands for any text, `?` for one character and `\` takes
 * the next character literally. `tag:KEY`, `tag-key` and `tag-value` work when `tagsOf` is given.
 */
export function applyFilters<T>(
  things: readonly T[],
  filters: readonly Filter[] | undefined,
  facets: Facets<T>,
  tagsOf?: (thing: T) => Tags,
): readonly T[] {
  if (!filters || filters.length === 0) return things;
  const tests = filters.map((filter) => compile(filter, facets, tagsOf));
  return things.filter((thing) => tests.every((test) => test(thing)));
}

function compile<T>({ Name, Values }: Filter, facets: Facets<T>, tagsOf?: (thing: T) => Tags): (thing: T) => boolean {
  const valuesOf = facetOf(Name ?? '', facets, tagsOf);
  if (!Values || Values.length === 0) throw invalid(`The filter '${Name}' has no values.`);
  if (Values.length > MAX_VALUES)
    throw new Fault('FilterLimitExceeded', `A filter has more than ${MAX_VALUES} values.`);
  return (thing) => valuesOf(thing).some((value) => Values.some((pattern) => matchesPattern(pattern, value)));
}

function facetOf<T>(name: string, facets: Facets<T>, tagsOf?: (thing: T) => Tags): (thing: T) => readonly string[] {
  const facet = Object.hasOwn(facets, name) ? facets[name] : undefined;
  if (facet) return facet;
  if (tagsOf && name === 'tag-key') return (thing) => Object.keys(tagsOf(thing));
  if (tagsOf && name === 'tag-value') return (thing) => Object.values(tagsOf(thing));
  if (tagsOf && name.startsWith('tag:')) {
    const key = name.slice('tag:'.length);
    return (thing) => (Object.hasOwn(tagsOf(thing), key) ? [tagsOf(thing)[key] ?? ''] : []);
  }
  throw invalid(`The filter '${name}' is invalid`);
}

const MAX_VALUES = 200;
const invalid = (message: string) => new Fault('InvalidParameterValue', message);

/** Whether a pattern matches the whole text. Takes time proportional to the product of both lengths at worst. */
export function matchesPattern(pattern: string, text: string): boolean {
  const tokens = tokenize(pattern);
  let token = 0;
  let at = 0;
  let star = -1;
  let resume = 0;
  while (at < text.length) {
    const current = tokens[token];
    if (current === ANY_TEXT) {
      star = token++;
      resume = at;
    } else if (current !== undefined && (current === ANY_ONE || current === text[at])) {
      token++;
      at++;
    } else if (star >= 0) {
      token = star + 1;
      at = ++resume;
    } else return false;
  }
  while (tokens[token] === ANY_TEXT) token++;
  return token === tokens.length;
}

const ANY_TEXT = Symbol('any text');
const ANY_ONE = Symbol('any one character');

function tokenize(pattern: string): (string | symbol)[] {
  const tokens: (string | symbol)[] = [];
  for (let k = 0; k < pattern.length; k++) {
    const c = pattern[k] ?? '';
    if (c === '\\' && k + 1 < pattern.length) tokens.push(pattern[++k] ?? '');
    else tokens.push(c === '*' ? ANY_TEXT : c === '?' ? ANY_ONE : c);
  }
  return tokens;
}
