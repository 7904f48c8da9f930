import facts from './services.generated.json' with { type: 'json' };

/**
 * The request and answer schemas of AWS services as data, extracted from the SDK's clients by `scripts/catalogue.js`
 * (FIS's by `scripts/catalogue-fis.js`). Enough to speak every operation's protocol on the server's side; no SDK is
 * loaded for it.
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
  /** The protocols that the service speaks; the first is that of the SDK's client. */
  readonly protocols: readonly [ProtocolName, ...ProtocolName[]];
  /** The version of the API that requests name. */
  readonly version: string;
  readonly xmlNamespace: string;
  /** What stands before the names of errors: `com.amazonaws.sqs`. */
  readonly namespace: string;
  /** What stands before the operation in `x-amz-target`, and the service's name in the path of a CBOR request. */
  readonly target: string;
  /** It once spoke a query protocol and still tells, beside its JSON and CBOR errors, the codes that errors had there. */
  readonly queryCompatible?: boolean;
}

export type ProtocolName =
  | 'ec2Query'
  | 'awsQuery'
  | 'restXml'
  | 'restJson1'
  | 'awsJson1_0'
  | 'awsJson1_1'
  | 'rpcv2Cbor';

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
  readonly httpResponseCode?: 1;
  /** Bytes or events that go on after the answer has begun. */
  readonly streaming?: 1;
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
  'auto-scaling': () => import('./auto-scaling.generated.json', { with: { type: 'json' } }),
  cloudwatch: () => import('./cloudwatch.generated.json', { with: { type: 'json' } }),
  dynamodb: () => import('./dynamodb.generated.json', { with: { type: 'json' } }),
  ec2: () => import('./ec2.generated.json', { with: { type: 'json' } }),
  'elastic-load-balancing-v2': () => import('./elastic-load-balancing-v2.generated.json', { with: { type: 'json' } }),
  fis: () => import('./fis.generated.json', { with: { type: 'json' } }),
  iam: () => import('./iam.generated.json', { with: { type: 'json' } }),
  kms: () => import('./kms.generated.json', { with: { type: 'json' } }),
  lambda: () => import('./lambda.generated.json', { with: { type: 'json' } }),
  rds: () => import('./rds.generated.json', { with: { type: 'json' } }),
  'route-53': () => import('./route-53.generated.json', { with: { type: 'json' } }),
  'secrets-manager': () => import('./secrets-manager.generated.json', { with: { type: 'json' } }),
  sqs: () => import('./sqs.generated.json', { with: { type: 'json' } }),
  ssm: () => import('./ssm.generated.json', { with: { type: 'json' } }),
  sts: () => import('./sts.generated.json', { with: { type: 'json' } }),
} as const;

/** The name of a service's client package without its prefix: `elastic-load-balancing-v2`. */
export type ServiceId = keyof typeof FILES;

/** The facts of every service, without its shapes: enough to tell whose a request is and how to answer it. */
export const SERVICE_FACTS = Object.values(facts) as unknown as readonly (ServiceFacts & { readonly id: ServiceId })[];

/** Loads the schemas of one service. The largest, EC2's, is nearly a megabyte. */
export async function loadCatalogue(service: ServiceId): Promise<ServiceCatalogue> {
  const loaded = await FILES[service]();
  return loaded.default as unknown as ServiceCatalogue;
}
