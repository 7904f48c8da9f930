import type { Call } from '../kernel/call.ts';
import { CallError, ChaosError } from '../kernel/errors.ts';
import { facility, TENURE_HEADER, type Tenure, TOOL_HEADER, tenureText } from '../kernel/facility.ts';
import type { Account, WritePort } from '../kernel/ports.ts';
import type { RegionFile } from '../kernel/region-file.ts';
import { guardAccount } from '../safety/account-guard.ts';
import { openAws } from './aws.ts';
import { networkError } from './aws-error.ts';
import { realClock } from './clock.ts';
import { runCommand } from './command.ts';
import { accountDialer } from './dial.ts';
import { askDns } from './dns.ts';
import { exec } from './exec.ts';
import { openFacility } from './facility.ts';
import { sendHttp } from './http.ts';
import { stillRuns } from './process-table.ts';
import { isKept } from './region-data.ts';
import { tryTcp } from './tcp.ts';
import { holdTenure } from './tenure.ts';

/** Long enough for a region that is busy starting instances. */
const FIRST_ANSWER_MS = 15_000;

/**
 * Opens a port to an embedded region. The account guard is asked first: nothing is sent to what it refuses. Throws a
 * `ChaosError` SAFETY_ACCOUNT then; a `CallError` when the region does not answer, or when another instance of it
 * answers in its place (`AnotherInstance`).
 */
export async function openEmbedded(file: RegionFile, withinMs = FIRST_ANSWER_MS): Promise<WritePort> {
  const refusals = guardAccount({ name: file.name, kind: 'embedded', endpoint: file.endpoint });
  if (refusals.length > 0) throw new ChaosError(refusals);
  const facilityCaller = openFacility(file);
  const tenure = holdTenure();
  const awsCaller = openAws({
    endpoint: file.endpoint,
    region: file.region,
    credentials: file.credentials,
    headers: (mode) => ({ [TOOL_HEADER]: '1', ...(mode === 'write' && headersOf(tenure.current())) }),
  });
  const signal = AbortSignal.timeout(withinMs);
  const facts = await facilityCaller.read(facility('DescribeRegion', {}), signal).catch((error) => {
    if (!signal.aborted) throw error;
    throw networkError('TimeoutError', `no answer within ${withinMs / 1_000}s`);
  });
  if (facts.instance !== file.instance) {
    throw new CallError('AnotherInstance', `another region answers at ${file.endpoint}`);
  }
  const account: Account = {
    kind: 'embedded',
    name: file.name,
    instance: facts.instance,
    region: facts.region,
    consistencyMs: 0,
    // One process on this machine takes its calls as they come.
    latenessMs: 1_000,
    attestation: 'data plane',
    resolver: facts.resolver,
    nameServers: facts.nameServers,
    exists: async () => (await stillRuns(file)) || (await isKept(file)),
  };
  const read = <O>(call: Call<O>, signal: AbortSignal): Promise<O> =>
    call.service === 'facility' ? facilityCaller.read(call, signal) : awsCaller.read(call, signal);
  const dialer = accountDialer(facts.resolver, read);
  return {
    clock: realClock,
    account,
    read,
    write: async <O>(call: Call<O>, signal: AbortSignal): Promise<O> => {
      if (call.service === 'facility') {
        // The taking of a lease is refused to nobody for an earlier one.
        const stamp = call.operation === 'AcquireLease' ? undefined : tenure.current();
        const answer = await facilityCaller.write(call, signal, stamp);
        tenure.note(call, answer);
        return answer;
      }
      if (call.service === 'command') return (await runCommand(call, sandboxEnvironment(file), signal)) as O;
      return awsCaller.write(call, signal);
    },
    http: (request, signal) => sendHttp(request, dialer, signal),
    dns: ({ server = facts.resolver, ...query }, signal) => askDns(query, server, signal),
    tcp: (attempt, signal) => tryTcp(attempt, dialer, signal),
    exec: (command, signal) => exec(command, signal, endpointEnvironment(file)),
  };
}

const headersOf = (tenure: Tenure | undefined): Record<string, string> =>
  tenure ? { [TENURE_HEADER]: tenureText(tenure) } : {};

/** What an observing program is told: where the account is, and no key to change it. */
const endpointEnvironment = ({ endpoint, region }: RegionFile): Record<string, string> => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
});

/** What a step's program is told: the keys of the region too, which are good for nothing else. */
const sandboxEnvironment = (file: RegionFile): Record<string, string> => ({
  ...endpointEnvironment(file),
  AWS_ACCESS_KEY_ID: file.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: file.credentials.secretAccessKey,
});
