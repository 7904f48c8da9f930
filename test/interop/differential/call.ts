import fc from 'fast-check';

/** The services that are compared, by their ids in the catalogue. */
export type Compared = 'auto-scaling' | 'ec2' | 'elastic-load-balancing-v2' | 'iam' | 'route-53';

/** What there is when a sequence begins: as much as calls of its kind can see. */
export type Ground = 'balancer' | 'group' | 'identities' | 'instances' | 'names' | 'network';

/** One call of a sequence, as plain data, the same for both endpoints. */
export interface Call {
  readonly operation: string;
  /** With a `Thing` in the place of every id. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Of another service than the sequence is about. */
  readonly service?: Compared;
}

/** What has an id, by what its ids begin with. */
export type Kind =
  | 'accesskey'
  | 'acl'
  | 'aclassoc'
  | 'change'
  | 'eni'
  | 'healthcheck'
  | 'hostedzone'
  | 'i'
  | 'igw'
  | 'listener'
  | 'loadbalancer'
  | 'rtb'
  | 'sg'
  | 'sgr'
  | 'subnet'
  | 'targetgroup'
  | 'vpc';

/** Stands for an id: of the `nth` thing of its kind that both endpoints have told of, or, below 0, of one that does not exist. */
export interface Thing {
  readonly kind: Kind;
  readonly nth: number;
}

/** Any thing of a kind; one time in ten one that does not exist. */
export const thing = (kind: Kind): fc.Arbitrary<Thing> =>
  fc.oneof(
    { weight: 9, arbitrary: fc.nat(9).map((nth) => ({ kind, nth })) },
    { weight: 1, arbitrary: fc.constant({ kind, nth: -1 }) },
  );

/** Any thing of a kind that exists: of two that do not, each endpoint may complain of another. */
export const existing = (kind: Kind): fc.Arbitrary<Thing> => fc.nat(9).map((nth) => ({ kind, nth }));

/** The first thing of a kind: there is one only, or nothing else is of interest. */
export const first = (kind: Kind): fc.Arbitrary<Thing> => fc.constant({ kind, nth: 0 });

type Members = Readonly<Record<string, fc.Arbitrary<unknown>>>;

/** A call with members that it always has, and others that it may have. */
export function call(operation: string, members: Members = {}, optional: Members = {}): fc.Arbitrary<Call> {
  return fc
    .record({ ...members, ...optional }, { requiredKeys: Object.keys(members) })
    .map((input) => ({ operation, input }));
}

/** A call of another service than the sequence is about: to see there what came of it. */
export const elsewhere = (service: Compared, calls: fc.Arbitrary<Call>): fc.Arbitrary<Call> =>
  calls.map((one) => ({ ...one, service }));

/** A few different things of a kind. */
export const some = (kind: Kind, most = 2): fc.Arbitrary<Thing[]> =>
  fc.uniqueArray(thing(kind), { minLength: 1, maxLength: most, selector: ({ nth }) => nth });

export const among = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

export const filter = (name: string, values: fc.Arbitrary<unknown[]>) =>
  values.map((Values) => [{ Name: name, Values }]);
