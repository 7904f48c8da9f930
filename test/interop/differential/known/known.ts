import type { Call, Compared } from '../call.ts';
import type { Difference } from '../compare.ts';

/** A difference from Moto in which AWS's own documentation is on our side. */
export interface Known {
  readonly service: Compared;
  /** The operation in whose answer it is; `*`: in any of the service. */
  readonly operation: string;
  /** A part of the path, whole names: `Instances.KernelId`, and what lies below it; `error`: the code, or that there is one. */
  readonly field: string;
  /** What we answer, as JSON; `none`: nothing; `*`: anything. */
  readonly ours: string;
  /** The same of Moto. */
  readonly theirs: string;
  /** The page that says so. */
  readonly page: string;
  readonly reason: string;
}

export type Row = readonly [operation: string, field: string, ours: string, theirs: string];

/** Differences of a service that are known for one reason, which one page tells. */
export const because = (service: Compared, page: string, reason: string, rows: readonly Row[]): Known[] =>
  rows.map(([operation, field, ours, theirs]) => ({ service, operation, field, ours, theirs, page, reason }));

export const isKnown = (known: Known, call: Required<Call>, { field, ours, theirs }: Difference): boolean =>
  known.service === call.service &&
  (known.operation === '*' || known.operation === call.operation) &&
  `.${field}.`.includes(`.${known.field}.`) &&
  isAs(known.ours, ours) &&
  isAs(known.theirs, theirs);

const isAs = (known: string, value: unknown) =>
  known === '*' || known === (value === undefined ? 'none' : JSON.stringify(value));

/** How a rule is called in what the tests say. */
export const nameOf = ({ service, operation, field, ours, theirs }: Known): string =>
  `${service} ${operation} ${field} (${ours} here, ${theirs} there)`;
