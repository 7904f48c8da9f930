import type { Thing } from './call.ts';

/** The two endpoints, in the order in which they are written everywhere. */
export type Pair<T> = readonly [ours: T, theirs: T];

const EC2 = [
  'aclassoc',
  'acl',
  'eni-attach',
  'eni',
  'igw',
  'i',
  'rtbassoc',
  'rtb',
  'r',
  'sgr',
  'sg',
  'subnet',
  'vpc-cidr-assoc',
  'vpc',
].join('|');
const HEX = '[0-9a-f]';

/** Every text in which an endpoint names something that it made itself, with the kind of thing. */
const NAMED: readonly (readonly [string, RegExp])[] = [
  ['accesskey', /\bAKIA[A-Z0-9]{16}\b/],
  ['identity', /\bA(?:IDA|GPA|IPA|NPA|ROA)[A-Z0-9]{17}\b/],
  ['secret', /^[A-Za-z0-9+/]{40}$/],
  ['loadbalancer', /arn:aws:elasticloadbalancing:[^:]*:\d*:loadbalancer\/[\w/-]+/],
  ['listener', /arn:aws:elasticloadbalancing:[^:]*:\d*:listener\/[\w/-]+/],
  ['targetgroup', /arn:aws:elasticloadbalancing:[^:]*:\d*:targetgroup\/[\w/-]+/],
  ['change', /(?<=change\/)C[A-Z0-9]+|\bC1PA6795UKMFR9\b/],
  ['hostedzone', /(?<=hostedzone\/)[A-Z0-9]+|\b[A-Z0-9]{21,22}\b/],
  ['', new RegExp(`\\b(?:${EC2})-(?:${HEX}{17}|${HEX}{8})\\b`)],
  ['uuid', new RegExp(`\\b${HEX}{8}-${HEX}{4}-${HEX}{4}-${HEX}{4}-${HEX}{12}\\b`)],
  ['time', /\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z| ?UTC| GMT)?/],
  ['address', /\b10\.0\.\d{1,3}\.\d{1,3}\b(?!\/)|\b10-0-\d{1,3}-\d{1,3}\b/],
  ['server', /\bns-[\w.-]+\.(?:com|net|org|co\.uk|internal)\b\.?/],
  ['balancer', /\b[\w-]+-\d+\.us-east-1\.elb\.amazonaws\.com\b/],
  ['account', /\b\d{12}\b/],
  ['mac', /\b[0-9a-f]{2}(?::[0-9a-f]{2}){5}\b/],
];

const ANY = new RegExp(NAMED.map(([, { source }]) => `(${source})`).join('|'), 'g');

/** A text as what both endpoints write alike, and the names in it that each endpoint gives itself. */
interface Template {
  readonly text: string;
  readonly names: readonly { readonly kind: string; readonly name: string }[];
}

export function templateOf(text: string): Template {
  const names: { kind: string; name: string }[] = [];
  const shown = text.replace(ANY, (name: string, ...groups: unknown[]) => {
    const at = groups.slice(0, NAMED.length).findIndex((group) => group !== undefined);
    const kind = NAMED[at]?.[0] || (/^[a-z-]+(?=-)/.exec(name)?.[0] ?? '');
    names.push({ kind, name: kind === 'address' ? name.replaceAll('-', '.') : name });
    return `<${kind}>`;
  });
  return { text: shown, names };
}

/** Of these, that there is one is all that is compared. Moto has one id for all changes. */
const PASSING = new Set(['change', 'server', 'time']);

const NO_SUCH: Readonly<Record<string, string>> = {
  accesskey: 'AKIA0123456789ABCDEF',
  change: 'C0123456789ABCDEFGHIJ',
  healthcheck: '01234567-89ab-cdef-0123-456789abcdef',
  hostedzone: 'Z0123456789ABCDEFGHIJ',
  listener: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/none/0123456789abcdef/0123456789abcdef',
  loadbalancer: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/none/0123456789abcdef',
  targetgroup: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/none/0123456789abcdef',
};

/** Which name at one endpoint means what which name means at the other, in the order in which they appeared. */
export class Ids {
  readonly #known: Pair<Map<string, string>> = [new Map(), new Map()];
  readonly #things = new Map<string, Pair<string>[]>();

  /** Whether two names may mean the same: they are known to, or neither is known. */
  agree(kind: string, [ours, theirs]: Pair<string>): boolean {
    const [a, b] = [this.#known[0].get(`${kind} ${ours}`), this.#known[1].get(`${kind} ${theirs}`)];
    return PASSING.has(kind) || (a === undefined && b === undefined) || (a === theirs && b === ours);
  }

  /** From now on they mean the same. */
  bind(kind: string, pair: Pair<string>): void {
    const [ours, theirs] = pair;
    const isKnown =
      this.#known[0].has(`${kind} ${ours}`) || (!PASSING.has(kind) && this.#known[1].has(`${kind} ${theirs}`));
    if (isKnown) return;
    this.#known[0].set(`${kind} ${ours}`, theirs);
    this.#known[1].set(`${kind} ${theirs}`, ours);
    this.#things.set(kind, [...(this.#things.get(kind) ?? []), pair]);
  }

  /** An input as each endpoint is to get it. */
  fill(input: unknown): Pair<unknown> {
    return [this.#fill(input, 0), this.#fill(input, 1)];
  }

  #fill(value: unknown, side: 0 | 1): unknown {
    if (Array.isArray(value)) return unique(value.map((one) => this.#fill(one, side)));
    if (typeof value !== 'object' || value === null) return value;
    if (isThing(value)) return this.#nameOf(value, side);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, this.#fill(inner, side)]));
  }

  #nameOf({ kind, nth }: Thing, side: 0 | 1): string {
    const things = this.#things.get(kind === 'healthcheck' ? 'uuid' : kind) ?? [];
    const found = nth < 0 ? undefined : things[nth % things.length];
    return found?.[side] ?? NO_SUCH[kind] ?? `${kind}-0123456789abcdef0`;
  }
}

/** Things are counted round and round: two numbers may stand for the same one. */
const unique = (values: readonly unknown[]) =>
  values.filter((value, k) => typeof value !== 'string' || values.indexOf(value) === k);

const isThing = (value: object): value is Thing => 'kind' in value && 'nth' in value;
