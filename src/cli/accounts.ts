import type { Experiment } from '../experiment/experiment.ts';
import { openEmbedded } from '../host/embedded.ts';
import { type EndpointFacts, openEndpoint } from '../host/endpoint.ts';
import { openHostAccount } from '../host/host-account.ts';
import { openLease } from '../host/lease.ts';
import { startRegion } from '../host/region.ts';
import { listRegions, readRegionFile, regionFolder } from '../host/region-file.ts';
import type { Reach } from '../journal/entries.ts';
import { CallError, ChaosError } from '../kernel/errors.ts';
import type { AccountKind, Lease, WritePort } from '../kernel/ports.ts';
import type { RegionFile } from '../kernel/region-file.ts';
import { suggest } from '../kernel/suggest.ts';
import { guardAccount } from '../safety/account-guard.ts';
import { readConfig } from './config.ts';
import { files } from './machine.ts';
import { leftOpen } from './runs.ts';

export interface AccountRequest {
  readonly experiment: Pick<Experiment, 'account' | 'blueprint'>;
  readonly home: string;
  readonly runId: string;
  /** `control`: only to be looked at. No instance of a fresh region is started. */
  readonly parts: 'all' | 'control';
  readonly say: (text: string) => void;
  /** Stops waiting for an account that is not there yet. */
  readonly signal?: AbortSignal;
}

/** An account that answers, and what a run needs of it. */
export interface OpenAccount {
  readonly port: WritePort;
  readonly lease: Lease;
  readonly reach: Reach;
  /** Hosts besides loopback at which it may stand, for whoever reaches it again. */
  readonly allowedHosts: readonly string[];
  /** Values that are written into no journal. */
  readonly secrets: readonly string[];
  /** Gives it back; a fresh region ends here, and unless they are wanted its logs go too. */
  close(keepsLogs: boolean): Promise<void>;
}

/**
 * Opens the account that an experiment names: a fresh region of its blueprint, a kept region, or this machine.
 * @throws ChaosError when there is none of that name, it does not answer, or the account guard refuses it.
 */
export async function openAccount(request: AccountRequest): Promise<OpenAccount> {
  const name = request.experiment.account;
  const { accounts } = await readConfig();
  const config = Object.hasOwn(accounts, name) ? accounts[name] : undefined;
  const kind: AccountKind = config?.kind ?? (isKind(name) ? name : 'embedded');
  if (kind === 'host') return openHost(request, name);
  if (kind !== 'embedded') {
    const { endpoint, region = 'us-east-1', allowedHosts = [] } = config ?? {};
    if (kind === 'endpoint' && endpoint !== undefined)
      return openAtEndpoint(request, { name, endpoint, region, allowedHosts });
    throw new ChaosError(guardAccount({ name, kind, allowedHosts }));
  }
  const isFresh = name === 'embedded' || config?.blueprint !== undefined;
  return isFresh ? openFresh(request) : openKept(request, name);
}

/** Boots a region that lives as long as the run. */
async function openFresh(request: AccountRequest): Promise<OpenAccount> {
  const { experiment, home, runId, parts, say, signal } = request;
  const { blueprint } = experiment;
  if (!blueprint) throw new Error('an experiment on a fresh region has no blueprint');
  const instances = blueprint.instances.reduce(
    (sum, { zones, perZone, autoScaling }) => sum + (autoScaling?.desired ?? zones.length * perZone),
    0,
  );
  say(
    parts === 'all'
      ? `starting a region of ${blueprint.zones.length} zones and ${instances} instances`
      : 'starting the control plane of a region; no instance is started',
  );
  const name = `run-${runId}`;
  const region = await startRegion({ home, name, blueprint, keep: false, parts, signal }).catch(async (error) => {
    await forgetFolder(regionFolder(home, name), signal?.aborted === true);
    throw error;
  });
  try {
    const account = await openRegion(request, region.file);
    const close = async (keepsLogs: boolean) => {
      await region.stop();
      if (!keepsLogs) await files.remove(region.file.folder);
    };
    const { port } = account;
    const own = { ...port.account, end: region.kill };
    return { ...account, port: { ...port, account: own }, close };
  } catch (error) {
    await region.stop();
    throw error;
  }
}

/** Removes what is left of a region that did not start, unless it holds the logs of instances that say why. */
async function forgetFolder(folder: string, wasEnded: boolean): Promise<void> {
  const logs = wasEnded ? [] : await files.list(`${folder}/logs`).catch(() => []);
  if (logs.length === 0) await files.remove(folder);
}

async function openKept(request: AccountRequest, name: string): Promise<OpenAccount> {
  const file = await readRegionFile(request.home, name);
  if (file) return openRegion(request, file);
  const names = (await listRegions(request.home)).up.map((region) => region.name);
  const fix = names.length > 0 ? suggest(name, names) : 'start one: "chaos region up experiments/regions/shop.yaml"';
  throw new ChaosError({ code: 'ACCOUNT_UNKNOWN', what: `no region or account named "${name}" is known here`, fix });
}

async function openRegion(request: AccountRequest, file: RegionFile): Promise<OpenAccount> {
  const { name, endpoint, region, dns, credentials, data } = file;
  const fix = `end it with "chaos region down ${name} --force"`;
  const port = await answered(openEmbedded(file), `the region "${name}"`, fix);
  return {
    port,
    lease: leaseOf(port, request),
    reach: { kind: 'embedded', name, endpoint, region, resolver: dns, ...(data !== undefined && { data }) },
    secrets: [credentials.secretAccessKey],
    allowedHosts: [],
    close: async () => {},
  };
}

async function openAtEndpoint(request: AccountRequest, facts: EndpointFacts): Promise<OpenAccount> {
  const { name, endpoint, region } = facts;
  const fix = `see that it runs, and that "endpoint" of the account in chaos.config.yaml is its address`;
  const port = await answered(openEndpoint(facts), `the endpoint ${endpoint} of the account "${name}"`, fix);
  const reach = { kind: 'endpoint', name, endpoint, region } as const;
  const { allowedHosts } = facts;
  return { port, lease: leaseOf(port, request), reach, allowedHosts, secrets: [], close: async () => {} };
}

async function openHost(request: AccountRequest, name: string): Promise<OpenAccount> {
  const port = await openHostAccount(name);
  return {
    port,
    lease: leaseOf(port, request),
    reach: { kind: 'host', name },
    secrets: [],
    allowedHosts: [],
    close: async () => {},
  };
}

const leaseOf = (port: WritePort, { home, runId }: AccountRequest): Lease =>
  openLease(port, { runId, home, pendingOf: (earlier) => leftOpen(earlier.home ?? home, files, earlier.runId) });

async function answered(opening: Promise<WritePort>, who: string, fix: string): Promise<WritePort> {
  try {
    return await opening;
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    throw new ChaosError({ code: 'ACCOUNT_UNAVAILABLE', what: `${who} does not answer: ${error.message}`, fix }, error);
  }
}

const isKind = (name: string): name is AccountKind => ['host', 'aws', 'endpoint'].includes(name);
