import { request } from 'node:http';
import { signRequest } from '../aws/sigv4.ts';
import type { Call } from '../kernel/call.ts';
import { CallError } from '../kernel/errors.ts';
import { isFacilityRead, TENURE_HEADER, type Tenure, tenureText } from '../kernel/facility.ts';
import type { RegionFile } from '../kernel/region-file.ts';
import { networkError } from './aws-error.ts';

type Door = Pick<RegionFile, 'endpoint' | 'region' | 'credentials'>;

const REQUEST_MS = 60_000;

/** Sends facility calls to an embedded region, signed as its AWS calls are. */
export interface FacilityCaller {
  /** Refuses what is not a Describe operation: that is a bug of the caller. */
  read<O>(call: Call<O>, signal: AbortSignal): Promise<O>;
  write<O>(call: Call<O>, signal: AbortSignal, tenure?: Tenure): Promise<O>;
}

export function openFacility(door: Door): FacilityCaller {
  return {
    async read(call, signal) {
      if (!isFacilityRead(call.operation))
        throw new Error(`facility:${call.operation} writes, and was asked of a port that reads`);
      return send(call, door, undefined, signal);
    },
    write: (call, signal, tenure) => send(call, door, tenure, signal),
  };
}

async function send<O>(call: Call<O>, door: Door, tenure: Tenure | undefined, signal: AbortSignal): Promise<O> {
  const abort = AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MS)]);
  const { status, text } = await post(call, { ...door, tenure }, abort).catch((error: NodeJS.ErrnoException) => {
    signal.throwIfAborted();
    throw networkError(error.code === 'ABORT_ERR' ? 'TimeoutError' : (error.code ?? error.name), error.message);
  });
  const answer = parse(text);
  if (status === 200 && answer !== undefined) return answer as O;
  const { code, __type, message } = (answer ?? {}) as { code?: string; __type?: string; message?: string };
  const server = status >= 500 && status !== 501;
  throw new CallError(code ?? __type ?? `HTTP${status}`, message ?? `${call.operation} was answered with ${status}`, {
    retryable: server,
    ambiguous: server,
  });
}

function post(
  { operation, input }: Call,
  { endpoint, region, credentials, tenure }: Door & { readonly tenure: Tenure | undefined },
  signal: AbortSignal,
) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const url = new URL(`/_facility/${operation}`, endpoint);
    const body = JSON.stringify(input);
    const unsigned = {
      host: url.host,
      'content-type': 'application/json',
      ...(tenure && { [TENURE_HEADER]: tenureText(tenure) }),
    };
    const headers = signRequest(
      { method: 'POST', path: url.pathname, query: [], headers: unsigned, body },
      { ...credentials, region, service: 'facility' },
      Date.now(),
    );
    const outgoing = request(url, { method: 'POST', headers, agent: false, signal }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
