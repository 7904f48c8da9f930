import { Fault } from '../fault.ts';

export const invalid = (message: string): Fault => new Fault('ValidationException', message, 400);

/** A value that breaks what the API's model says of a member, in the words of the service. */
export const outside = (value: unknown, member: string, rule: string): Fault =>
  invalid(`1 validation error detected: Value '${String(value)}' at '${member}' failed to satisfy constraint: ${rule}`);

/** A text of at most so many characters. */
export function checkLength(text: string | undefined, member: string, [least, most]: readonly [number, number]): void {
  if (text === undefined) return;
  if (text.length < least) throw outside(text, member, `Member must have length greater than or equal to ${least}`);
  if (text.length > most) throw outside(text, member, `Member must have length less than or equal to ${most}`);
}

/** A list of so many. */
export function checkCount(list: readonly string[], member: string, [least, most]: readonly [number, number]): void {
  const shown = `[${list.join(', ')}]`;
  if (list.length < least) throw outside(shown, member, `Member must have length greater than or equal to ${least}`);
  if (list.length > most) throw outside(shown, member, `Member must have length less than or equal to ${most}`);
}

/** One of some words. */
export function checkWord<T extends string>(word: string, member: string, words: readonly T[]): T {
  const known = words.find((one) => one === word);
  if (known === undefined) throw outside(word, member, `Member must satisfy enum value set: [${words.join(', ')}]`);
  return known;
}

/** A page by `NextToken` and `MaxResults`; as many as a page may have when the request names none. */
export function pageOf<T>(
  things: readonly T[],
  { NextToken: token, MaxResults: size }: { NextToken?: string | undefined; MaxResults?: number | undefined },
  most: number,
): { readonly items: readonly T[]; readonly more: { readonly NextToken?: string } } {
  const from = token === undefined ? 0 : Number(/^at:(\d+)$/.exec(token)?.[1] ?? Number.NaN);
  if (Number.isNaN(from)) throw new Fault('InvalidNextToken', 'The specified token is not valid.', 400);
  const asked = size ?? most;
  if (!Number.isInteger(asked) || asked < 1) {
    throw outside(asked, 'maxResults', 'Member must have value greater than or equal to 1');
  }
  if (asked > most) throw outside(asked, 'maxResults', `Member must have value less than or equal to ${most}`);
  const end = from + asked;
  return { items: things.slice(from, end), more: end < things.length ? { NextToken: `at:${end}` } : {} };
}
