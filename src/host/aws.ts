import { type AwsService, OPERATIONS } from '../aws/calls.ts';
import type { Call } from '../kernel/call.ts';
import { CallError } from '../kernel/errors.ts';
import { callErrorOf } from './aws-error.ts';
import type { ClientConfig, Sdk, SdkClient } from './sdk/sdk.ts';

/** Sends AWS calls with the SDK's own clients, loaded on first use. */
export interface AwsCaller {
  /** Sends a call that is listed as a read. Anything else is a bug of the caller and throws before it is sent. */
  read<O>(call: Call<O>, signal: AbortSignal): Promise<O>;
  /** Sends any listed call, once. Throws a `CallError`. */
  write<O>(call: Call<O>, signal: AbortSignal): Promise<O>;
  close(): void;
}

/** The longest that one request may take; the engine has its own, looser limits. */
export const REQUEST_MS = 20_000;

const LOAD: { readonly [S in AwsService]: () => Promise<Sdk> } = {
  'auto-scaling': async () => (await import('./sdk/auto-scaling.ts')).sdk as unknown as Sdk,
  cloudwatch: async () => (await import('./sdk/cloudwatch.ts')).sdk as unknown as Sdk,
  ec2: async () => (await import('./sdk/ec2.ts')).sdk as unknown as Sdk,
  'elastic-load-balancing-v2': async () => (await import('./sdk/elastic-load-balancing-v2.ts')).sdk as unknown as Sdk,
  iam: async () => (await import('./sdk/iam.ts')).sdk as unknown as Sdk,
  'route-53': async () => (await import('./sdk/route-53.ts')).sdk as unknown as Sdk,
  ssm: async () => (await import('./sdk/ssm.ts')).sdk as unknown as Sdk,
  sts: async () => (await import('./sdk/sts.ts')).sdk as unknown as Sdk,
};

/** Where the calls go and who sends them. */
export interface AwsConfig extends Pick<ClientConfig, 'endpoint' | 'region' | 'credentials'> {
  /** Headers that every call carries, by whether it reads or writes, at that moment. They are signed with it. */
  readonly headers?: (mode: 'read' | 'write') => Readonly<Record<string, string>>;
}

/** A caller with explicit credentials for one endpoint. */
export function openAws(config: AwsConfig): AwsCaller {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const clients = new Map<string, Promise<{ sdk: Sdk; client: SdkClient }>>();
  const clientFor = (service: AwsService, mode: 'read' | 'write') => {
    const key = `${mode} ${service}`;
    let opened = clients.get(key);
    if (!opened) {
      opened = open(service, mode, config);
      clients.set(key, opened);
    }
    return opened;
  };
  const send = async <O>(call: Call<O>, mode: 'read' | 'write', signal: AbortSignal): Promise<O> => {
    const { service, operation } = listed(call, mode);
    const { sdk, client } = await clientFor(service, mode);
    const Command = (sdk.commands as Record<string, new (input: never) => never>)[operation];
    if (!Command) throw new Error(`the client of ${service} was not given ${operation}`);
    const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MS)]);
    try {
      return (await client.send(new Command(call.input as never), { abortSignal })) as O;
    } catch (error) {
      signal.throwIfAborted();
      throw callErrorOf(error);
    }
  };
  return {
    read: (call, signal) => send(call, 'read', signal),
    write: (call, signal) => send(call, 'write', signal),
    close: () => {
      for (const opened of clients.values()) opened.then(({ client }) => client.destroy()).catch(() => undefined);
    },
  };
}

/** The operation, if the list of operations has it and the mode allows it. */
function listed({ service, operation }: Call, mode: 'read' | 'write'): { service: AwsService; operation: string } {
  const operations: Readonly<Record<string, 'read' | 'write'>> | undefined = Object.hasOwn(OPERATIONS, service)
    ? OPERATIONS[service as AwsService]
    : undefined;
  const kind = operations && Object.hasOwn(operations, operation) ? operations[operation] : undefined;
  if (kind === undefined)
    throw new CallError('UnknownOperation', `${service}:${operation} is not a call of this program`);
  if (mode === 'read' && kind !== 'read')
    throw new Error(`${service}:${operation} writes, and was asked of a port that reads`);
  return { service: service as AwsService, operation };
}

/**
 * Opens one client. A reading client refuses, in its own middleware, every command that is not listed as a read: what
 * holds it cannot write, whatever it is asked to send.
 */
const OWN_HOST = { useFipsEndpoint: false, useDualstackEndpoint: false } as const;

async function open(service: AwsService, mode: 'read' | 'write', { headers, ...config }: AwsConfig) {
  const sdk = await LOAD[service]();
  // The client writes into the credentials that it is given: each gets its own.
  // The environment may ask for another host than the one that is named: of none of the keys of such variables.
  const client = sdk.open({ ...config, ...OWN_HOST, credentials: { ...config.credentials }, maxAttempts: 1 });
  if (headers) {
    const stamp = (next: (args: unknown) => unknown) => (args: { request: { headers: Record<string, string> } }) => {
      Object.assign(args.request.headers, headers(mode));
      return next(args);
    };
    // In this step there is a request, and it is not signed yet.
    client.middlewareStack.add(stamp as never, { step: 'build', name: 'ownHeaders' });
  }
  if (mode === 'read') {
    const operations: Readonly<Record<string, string>> = OPERATIONS[service];
    const guard = (next: (args: unknown) => unknown, context: { commandName?: string }) => (args: unknown) => {
      const operation = context.commandName?.replace(/Command$/, '') ?? '';
      if (operations[operation] !== 'read')
        throw new Error(`${service}:${operation} was refused: this client only reads`);
      return next(args);
    };
    client.middlewareStack.add(guard as never, { step: 'initialize', name: 'readsOnly' });
  }
  return { sdk, client };
}
