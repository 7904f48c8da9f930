import { aws } from '../aws/calls.ts';
import type { Call } from '../kernel/call.ts';
import { CallError, ChaosError } from '../kernel/errors.ts';
import type { Account, WritePort } from '../kernel/ports.ts';
import { guardAccount } from '../safety/account-guard.ts';
import { openAws, REQUEST_MS } from './aws.ts';
import { realClock } from './clock.ts';
import { runCommand } from './command.ts';
import { machineDialer } from './dial.ts';
import { askDns } from './dns.ts';
import { exec } from './exec.ts';
import { sendHttp } from './http.ts';
import { openParameterLease } from './parameter-lease.ts';
import { systemResolver } from './system-resolver.ts';
import { tryTcp } from './tcp.ts';

export interface EndpointFacts {
  readonly name: string;
  readonly endpoint: string;
  readonly region: string;
  /** Hosts besides loopback at which the user lets it stand. */
  readonly allowedHosts: readonly string[];
}

/** What emulators of AWS take for anybody; nothing that a real account knows. */
const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };
/** Emulators answer from memory, some of them through a queue. */
const CONSISTENCY_MS = 1_000;

/**
 * Opens a port to an AWS-compatible endpoint. The account guard is asked first: nothing is sent to what it refuses, and no
 * credentials but those of emulators are ever sent. Throws a `ChaosError` SAFETY_ACCOUNT then; a `CallError` when the
 * endpoint does not say which account it is.
 */
export async function openEndpoint(facts: EndpointFacts): Promise<WritePort> {
  const { name, endpoint, region } = facts;
  const refusals = guardAccount({ ...facts, kind: 'endpoint' });
  if (refusals.length > 0) throw new ChaosError(refusals);
  const caller = openAws({ endpoint, region, credentials: { ...CREDENTIALS } });
  const lease = openParameterLease(caller, realClock);
  const resolver = systemResolver();
  const identity = await caller.read(aws('sts', 'GetCallerIdentity', {}), AbortSignal.timeout(REQUEST_MS));
  if (!identity.Account) throw new CallError('NoIdentity', 'it does not say which account it is');
  const account: Account = {
    kind: 'endpoint',
    name,
    instance: `${identity.Account} at ${new URL(endpoint).origin}`,
    region,
    consistencyMs: CONSISTENCY_MS,
    latenessMs: REQUEST_MS,
    attestation: 'control plane',
    nameServers: [],
  };
  const handed = environmentOf(facts);
  return {
    clock: realClock,
    account,
    read: (call, signal) => (call.service === 'facility' ? lease(call, signal) : caller.read(call, signal)),
    write: async <O>(call: Call<O>, signal: AbortSignal): Promise<O> => {
      if (call.service === 'command') return (await runCommand(call, { ...handed, ...KEYS }, signal)) as O;
      return call.service === 'facility' ? lease(call, signal) : caller.write(call, signal);
    },
    http: (request, signal) => sendHttp(request, machineDialer, signal),
    dns: ({ server = resolver, ...query }, signal) => askDns(query, server, signal),
    tcp: (attempt, signal) => tryTcp(attempt, machineDialer, signal),
    exec: (command, signal) => exec(command, signal, handed),
  };
}

/** What an observing program is told: where the account is. */
const environmentOf = ({ endpoint, region }: EndpointFacts): Record<string, string> => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
});

const KEYS = { AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId, AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey };

/** The endpoint of an earlier run, if the same account stands there: another one in its place proves nothing about it. */
export async function reopenEndpoint(facts: EndpointFacts, instance: string): Promise<WritePort> {
  const port = await openEndpoint(facts);
  if (port.account.instance === instance) return port;
  const what = `another account answers there: ${port.account.instance}, and the run was on ${instance}`;
  throw new CallError('AnotherAccount', what);
}
