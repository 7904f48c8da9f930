/** Ways to split a text that a repeated group may have before matching it can take longer than anybody waits. */
const WAYS_MAX = 16;

/** A group that is being read: how many ways there are to repeat its inside, and how each alternative begins. */
interface Group {
  ways: number;
  readonly firsts: (string | undefined)[];
}

/**
 * Whether a regular expression may take a time that doubles with every character: it repeats a group that holds a
 * repetition itself, as `(a+)+` does, or alternatives that may begin alike, as `(a|ab)*`. Some that are harmless are
 * found too. The pattern is known to be one.
 */
export function mayRunAway(pattern: string): boolean {
  const groups: Group[] = [{ ways: 0, firsts: [undefined] }];
  let begins = true;
  for (let at = 0; at < pattern.length; ) {
    const token = TOKEN.exec(pattern.slice(at))?.[0] ?? pattern.charAt(at);
    const after = QUANTIFIER.exec(pattern.slice(at + token.length))?.[0] ?? '';
    at += token.length + after.length;
    const group = groups.at(-1);
    if (!group) return true;
    if (token === '|') group.firsts.push(undefined);
    else if (token.startsWith('(')) groups.push({ ways: 0, firsts: [undefined] });
    else if (begins) group.firsts.splice(-1, 1, LITERAL.test(token) ? token : undefined);
    begins = token === '|' || token.startsWith('(');
    if (token !== ')') {
      group.ways = Math.max(group.ways, waysOf(after));
      continue;
    }
    groups.pop();
    const inside = Math.max(group.ways, beginAlike(group) ? 1 : 0);
    const repeated = mostOf(after);
    if (inside > 0 && repeated > 1 && inside * repeated > WAYS_MAX) return true;
    const parent = groups.at(-1);
    if (parent) parent.ways = Math.max(parent.ways, inside * Math.max(1, repeated), waysOf(after));
  }
  return false;
}

const beginAlike = ({ firsts }: Group): boolean =>
  firsts.length > 1 && (firsts.includes(undefined) || new Set(firsts).size < firsts.length);

/** How often a thing may stand there: 1 without a quantifier. */
function mostOf(quantifier: string): number {
  if (quantifier === '' || quantifier.startsWith('?')) return 1;
  if (!quantifier.startsWith('{')) return Number.POSITIVE_INFINITY;
  const [, least = '', comma, most = ''] = BRACES.exec(quantifier) ?? [];
  if (comma === undefined) return Number(least);
  return most === '' ? Number.POSITIVE_INFINITY : Number(most);
}

/** How often a thing may stand there, if that is not always the same. */
const waysOf = (quantifier: string): number =>
  quantifier === '' || /^\{\d+\}/.test(quantifier) ? 0 : mostOf(quantifier);

/** An escape, a class, the opening of a group, or one character. */
const TOKEN =
  /^(?:\\(?:[pPu]\{[^}]*\}|k<[^>]*>|[\s\S])|\[(?:\\[\s\S]|[^\]\\])*\]|\((?:\?(?:[:=!]|<[=!]|<[^>]*>))?|[\s\S])/;
const QUANTIFIER = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/;
const BRACES = /^\{(\d+)(,)?(\d*)\}/;
/** A token that stands for one character: itself, or one that is escaped because it has a meaning. */
const LITERAL = /^(?:[^\\[(.^$|)]|\\[^\w])$/;
