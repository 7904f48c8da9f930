/**
 * The request and answer schemas of AWS services as data, extracted from the SDK's clients by `scripts/catalogue.js`.
 * Enough to speak every operation's protocol on the server's side; no SDK is loaded for it.
 */
export interface ServiceCatalogue {
  readonly service: ServiceFacts;
  readonly operations: Readonly<Record<string, OperationSchema>>;
  /** The names of error shapes, by the name of the error. */
  readonly errors: Readonly<Record<string, string>>;
  readonly shapes: Readonly<Record<string, ShapeSchema>>;
}

export interface ServiceFacts {
  /** The name of the client package without its prefix: `elastic-load-balancing-v2`. */
  readonly id: string;
  /** The package and version that the schemas were extracted from, and their licence. */
  readonly source: string;
  /** The service name of the credential scope of a signature. */
  readonly signingName: string;
  readonly protocol: 'ec2Query' | 'awsQuery' | 'restXml';
  /** The version of the API that requests name. */
  readonly version: string;
  readonly xmlNamespace: string;
}

export interface OperationSchema {
  readonly input: string;
  readonly output: string;
  /** Method, path with `{Labels}` and fixed query parameters, status of success: of REST protocols. */
  readonly http?: readonly [method: string, path: string, status: number];
}

/** How a value travels. A trait that is absent takes the protocol's default. */
export interface Traits {
  readonly xmlName?: string;
  readonly ec2QueryName?: string;
  readonly xmlFlattened?: 1;
  readonly xmlNamespace?: readonly [prefix: string, uri: string];
  readonly xmlAttribute?: 1;
  readonly httpLabel?: 1;
  readonly httpPayload?: 1;
  readonly httpHeader?: string;
  readonly httpQuery?: string;
  /** The code and status that an error has on the wire of a query protocol. */
  readonly awsQueryError?: readonly [code: string, status: number];
  readonly error?: 'client' | 'server';
  readonly httpError?: number;
}

/** The name of a shape or of a simple type; with the traits that the value has in this very place. */
export type ReferenceSchema = string | ({ readonly of: string } & Traits);

export type ShapeSchema =
  | ({
      readonly kind: 'structure' | 'union';
      /** The first so many members are required. */
      readonly required?: number;
      readonly members: Readonly<Record<string, ReferenceSchema>>;
    } & Traits)
  | ({ readonly kind: 'list'; readonly item: ReferenceSchema } & Traits)
  | ({ readonly kind: 'map'; readonly key: ReferenceSchema; readonly value: ReferenceSchema } & Traits)
  | ({ readonly kind: 'simple'; readonly of: string } & Traits);

const FILES = {
  ec2: () => import('./ec2.generated.json', { with: { type: 'json' } }),
  'elastic-load-balancing-v2': () => import('./elastic-load-balancing-v2.generated.json', { with: { type: 'json' } }),
  'route-53': () => import('./route-53.generated.json', { with: { type: 'json' } }),
  sts: () => import('./sts.generated.json', { with: { type: 'json' } }),
} as const;

export const CATALOGUE_SERVICES = Object.keys(FILES) as readonly (keyof typeof FILES)[];

/** Loads the schemas of one service. The largest, EC2's, is nearly a megabyte. */
export async function loadCatalogue(service: keyof typeof FILES): Promise<ServiceCatalogue> {
  const loaded = await FILES[service]();
  return loaded.default as unknown as ServiceCatalogue;
}
