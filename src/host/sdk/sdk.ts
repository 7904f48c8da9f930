import type { AwsService, OPERATIONS } from '../../aws/calls.ts';

/** What every client is made with. The default chain of credentials is never asked: both must be given. */
export interface ClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly useFipsEndpoint: false;
  readonly useDualstackEndpoint: false;
  /** The engine repeats calls; a client that did so too would hide an ambiguous one. */
  readonly maxAttempts: 1;
}

/** What all clients of the SDK have in common, as far as this program needs it. */
export interface SdkClient {
  send(command: never, options: { abortSignal: AbortSignal }): Promise<unknown>;
  readonly middlewareStack: {
    add(middleware: never, options: { step: 'initialize'; name: string }): void;
    add(middleware: never, options: { step: 'build'; name: string }): void;
  };
  destroy(): void;
}

/** A module that wraps one client: static imports inside, so that a bundler keeps only what is named. */
export interface Sdk<S extends AwsService = AwsService> {
  open(config: ClientConfig): SdkClient;
  readonly commands: { readonly [N in keyof (typeof OPERATIONS)[S]]: new (input: never) => unknown };
}
