import type { ServiceId } from '../../../src/aws/catalogue/catalogue.ts';

/** An SDK package, by the names of what it exports. */
export type Sdk = Readonly<Record<string, unknown>>;
interface Client {
  readonly send: (command: unknown) => Promise<Record<string, unknown>>;
  readonly destroy: () => void;
}

/** The unmodified clients of the services. FIS is not among them: its client that can be installed has no schemas. */
export const SDKS: Readonly<Record<Exclude<ServiceId, 'fis'>, () => Promise<Sdk>>> = {
  'auto-scaling': () => import('@aws-sdk/client-auto-scaling'),
  cloudwatch: () => import('@aws-sdk/client-cloudwatch'),
  dynamodb: () => import('@aws-sdk/client-dynamodb'),
  ec2: () => import('@aws-sdk/client-ec2'),
  'elastic-load-balancing-v2': () => import('@aws-sdk/client-elastic-load-balancing-v2'),
  iam: () => import('@aws-sdk/client-iam'),
  kms: () => import('@aws-sdk/client-kms'),
  lambda: () => import('@aws-sdk/client-lambda'),
  rds: () => import('@aws-sdk/client-rds'),
  'route-53': () => import('@aws-sdk/client-route-53'),
  'secrets-manager': () => import('@aws-sdk/client-secrets-manager'),
  sqs: () => import('@aws-sdk/client-sqs'),
  ssm: () => import('@aws-sdk/client-ssm'),
  sts: () => import('@aws-sdk/client-sts'),
};

/** The client of a package, which is named `<Service>Client` in each. */
export function clientOf(sdk: Sdk, config: object): Client {
  const [, Class] = Object.entries(sdk).find(([name]) => /^[A-Z]\w*Client$/.test(name)) ?? [];
  return new (Class as new (config: object) => Client)(config);
}

export function commandOf(sdk: Sdk, operation: string, input: unknown): unknown {
  return new (sdk[`${operation}Command`] as new (input: unknown) => unknown)(input);
}
