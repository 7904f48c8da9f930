import { type Ids, type Pair, templateOf } from './ids.ts';

/** One place at which the two answers differ. `field` is a path without indices: `Reservations.Instances.State.Name`. */
export interface Difference {
  readonly field: string;
  readonly ours: unknown;
  readonly theirs: unknown;
}

/** What each endpoint answered: the fields, or the code of an error under `error`. */
export type Answer = Readonly<Record<string, unknown>>;

/**
 * Every place at which two answers differ. Lists are compared as sets, each element with the one that is most like it,
 * except for the fields that `inOrder` names. Names that neither endpoint has told before are taken to mean the same from
 * now on, in the order in which they appear.
 */
export function compare(answers: Pair<Answer>, ids: Ids, inOrder: ReadonlySet<string>): Difference[] {
  const context = { ids, inOrder, binds: true };
  return differences(answers, '', context);
}

interface Context {
  readonly ids: Ids;
  readonly inOrder: ReadonlySet<string>;
  /** Whether new names are remembered; not while looking for the most alike. */
  readonly binds: boolean;
}

function differences(pair: Pair<unknown>, field: string, context: Context): Difference[] {
  const [ours, theirs] = pair;
  if (Array.isArray(ours) && Array.isArray(theirs)) return inLists([ours, theirs], field, context);
  if (isFields(ours) && isFields(theirs)) {
    const keys = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].sort();
    return keys.flatMap((key) =>
      differences([ours[key], theirs[key]], field === '' ? key : `${field}.${key}`, context),
    );
  }
  const same =
    typeof ours === 'string' && typeof theirs === 'string' ? sameText([ours, theirs], context) : ours === theirs;
  return same ? [] : [{ field, ours, theirs }];
}

const isFields = (value: unknown): value is Answer => typeof value === 'object' && value !== null;

function sameText([ours, theirs]: Pair<string>, { ids, binds }: Context): boolean {
  const [a, b] = [templateOf(ours), templateOf(theirs)];
  const pairs = a.names.map(({ kind, name }, k) => ({ kind, pair: [name, b.names[k]?.name ?? ''] as const }));
  const same = a.text === b.text && pairs.every(({ kind, pair }) => ids.agree(kind, pair));
  if (same && binds) for (const { kind, pair } of pairs) ids.bind(kind, pair);
  return same;
}

function inLists([ours, theirs]: Pair<unknown[]>, field: string, context: Context): Difference[] {
  const left = [...theirs];
  const pairs = ours.map((one): Pair<unknown> => {
    const at = context.inOrder.has(field) ? 0 : mostAlike(one, left, context);
    return [one, left.splice(at, 1)[0]];
  });
  const matched = pairs.flatMap((pair) => (pair[1] === undefined ? [] : differences(pair, field, context)));
  const onlyOurs = pairs.flatMap(([one, other]) =>
    other === undefined ? [{ field, ours: one, theirs: undefined }] : [],
  );
  return [...matched, ...onlyOurs, ...left.map((theirs) => ({ field, ours: undefined, theirs }))];
}

function mostAlike(one: unknown, others: readonly unknown[], context: Context): number {
  if (others.length < 2) return 0;
  const unlike = others.map((other) =>
    differences([one, other], '', { ...context, binds: false }).reduce((sum, found) => sum + weightOf(found), 0),
  );
  return unlike.indexOf(Math.min(...unlike));
}

/** Another id is a sign of another thing, more than any other difference. */
function weightOf({ ours, theirs }: Difference): number {
  if (typeof ours !== 'string' || typeof theirs !== 'string') return 1;
  return templateOf(ours).text === templateOf(theirs).text ? 10 : 1;
}
