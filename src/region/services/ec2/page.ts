import { Fault } from '../fault.ts';

/** What EC2 gives at most in one answer. */
const MAX_PAGE = 1_000;

export interface PageRequest {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/**
 * The page that a request asks for. The things come in ascending order of `key`, which never changes, so that what is
 * added or removed between two pages neither repeats nor hides anything else.
 */
export function page<T>(
  things: readonly T[],
  request: PageRequest,
  key: (thing: T) => number,
  least = 1,
): { items: readonly T[]; next: string | undefined } {
  const { MaxResults: max, NextToken: token } = request;
  if (max !== undefined && (!Number.isInteger(max) || max < least)) {
    const why = `Value ( ${max} ) for parameter maxResults is invalid. Expecting a value greater than ${least - 1}.`;
    throw new Fault('InvalidParameterValue', why);
  }
  const from = token === undefined ? 0 : readToken(token);
  const rest = things.filter((thing) => key(thing) >= from);
  const size = Math.min(max ?? MAX_PAGE, MAX_PAGE);
  const following = rest[size];
  return { items: rest.slice(0, size), next: following === undefined ? undefined : writeToken(key(following)) };
}

const writeToken = (key: number): string => Buffer.from(`next:${key}`).toString('base64url');

function readToken(token: string): number {
  const match = /^next:(\d+)$/.exec(Buffer.from(token, 'base64url').toString());
  if (!match) throw new Fault('InvalidNextToken', `The token '${token.slice(0, 64)}' is invalid.`);
  return Number(match[1]);
}
