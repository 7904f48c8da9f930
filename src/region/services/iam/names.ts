import { Fault } from '../fault.ts';
import type { RegionState } from '../state.ts';
import { randomDigits } from '../step.ts';

export const validationError = (message: string): Fault => new Fault('ValidationError', message, 400);
export const noSuchEntity = (message: string): Fault => new Fault('NoSuchEntity', message, 404);

/** A name of IAM: at most 64 characters, policies' 128. */
export function requireName(name: string | undefined, parameter: string, most = 64): string {
  if (name === undefined || name === '') throw validationError(`The request must contain the parameter ${parameter}`);
  if (!/^[\w+=,.@-]+$/.test(name) || name.length > most) {
    const allowed = 'It must contain only alphanumeric characters and/or the following: +=,.@_-';
    throw validationError(`The specified value for ${lowerFirst(parameter)} is invalid. ${allowed}`);
  }
  return name;
}

/** A path: `/` or `/one/two/`. */
export function requirePath(path: string | undefined): string {
  if (path === undefined) return '/';
  if (/^\/(?:[!-~]+\/)?$/.test(path) && path.length <= 512) return path;
  throw validationError(
    'The specified value for path is invalid. It must begin and end with / and contain only ASCII.',
  );
}

/** The ARN of something of the account's: IAM belongs to no region. */
export const iamArn = ({ accountId }: Pick<RegionState, 'accountId'>, kind: string, path: string, name: string) =>
  `arn:aws:iam::${accountId}:${kind}${path}${name}`;

/** `AROA` and 17 more characters: no two things ever have the same. */
export const newId = (prefix: string, random: () => number): string =>
  prefix + randomDigits(random, 21 - prefix.length, 36).toUpperCase();

/** An access key's id (20 characters) and its secret. */
export const newKey = (prefix: 'AKIA' | 'ASIA', random: () => number) => ({
  id: prefix + randomDigits(random, 16, 36).toUpperCase(),
  secret: randomDigits(random, 40, 36),
});

/** A document as IAM gives it back: escaped for a URL. */
export const escaped = (document: string): string =>
  encodeURIComponent(document).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

interface PageRequest {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

/** The page that a request asks for, in the order of names, with what the answer says of it. */
export function pageOf<T>(
  things: readonly T[],
  nameOf: (thing: T) => string,
  { Marker, MaxItems = 100 }: PageRequest,
): { readonly items: readonly T[]; readonly page: { IsTruncated: boolean; Marker?: string } } {
  if (!Number.isInteger(MaxItems) || MaxItems < 1 || MaxItems > 1_000) {
    throw validationError(`Value '${MaxItems}' at 'maxItems' failed to satisfy constraint: from 1 to 1000`);
  }
  const after = Marker === undefined ? undefined : /^after:(.*)$/s.exec(Buffer.from(Marker, 'base64').toString())?.[1];
  if (Marker !== undefined && after === undefined) throw validationError('Invalid Marker.');
  const ordered = [...things].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const rest = after === undefined ? ordered : ordered.filter((thing) => nameOf(thing) > after);
  const items = rest.slice(0, MaxItems);
  const last = items.at(-1);
  if (rest.length <= MaxItems || last === undefined) return { items, page: { IsTruncated: false } };
  return { items, page: { IsTruncated: true, Marker: Buffer.from(`after:${nameOf(last)}`).toString('base64') } };
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
