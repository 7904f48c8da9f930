import { clientOf, commandOf, SDKS } from '../../region/wire/sdk-clients.ts';
import type { Compared } from './call.ts';
import type { Answer } from './compare.ts';

/** An endpoint as the unmodified clients of the SDK see it. */
export interface Endpoint {
  /** The answer, with times as texts and without what the client adds; or `{ error: CODE }`. */
  readonly ask: (service: Compared, operation: string, input: unknown) => Promise<Answer>;
  readonly close: () => void;
}

const COMPARED: readonly Compared[] = ['ec2', 'route-53', 'elastic-load-balancing-v2', 'auto-scaling', 'iam'];

export async function endpointAt(
  endpoint: string,
  credentials: { readonly accessKeyId: string; readonly secretAccessKey: string },
): Promise<Endpoint> {
  const config = { region: 'us-east-1', endpoint, credentials, maxAttempts: 1 };
  const sdks = await Promise.all(COMPARED.map(async (service) => [service, await SDKS[service]()] as const));
  const clients = new Map(sdks.map(([service, sdk]) => [service, { sdk, client: clientOf(sdk, config) }]));
  return {
    ask: async (service, operation, input) => {
      const { sdk, client } = clients.get(service) ?? unknownService(service);
      try {
        return (plain(await client.send(commandOf(sdk, operation, input))) ?? {}) as Answer;
      } catch (error) {
        return { error: codeOf(error) };
      }
    },
    close: () => {
      for (const { client } of clients.values()) client.destroy();
    },
  };
}

const unknownService = (service: string): never => {
  throw new Error(`no client was made for "${service}"`);
};

/** What an endpoint answers that has broken down on a call, with a page that is no answer of any service. */
const BROKEN_DOWN = 'BrokenDown';

/** The code of a service's error; what goes wrong on the way is none of the endpoint's answers. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error && '$metadata' in error)) throw error;
  return '$fault' in error ? error.name : BROKEN_DOWN;
}

/** Times as texts; members that are not there, and lists with nothing in them, left out. */
function plain(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.length > 0 ? value.map(plain) : undefined;
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  const members = Object.entries(value).filter(([key]) => key !== '$metadata');
  const known = members.map(([key, inner]) => [key, plain(inner)] as const).filter(([, inner]) => inner !== undefined);
  return known.length > 0 || members.length === 0 ? Object.fromEntries(known) : undefined;
}
