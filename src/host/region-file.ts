import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { ChaosError, type Problem } from '../kernel/errors.ts';
import { GOES_WITH_REGION, type RegionFile } from '../kernel/region-file.ts';
import { readBounded } from './bounded-file.ts';
import { startTimeOf } from './process-table.ts';

/** Far more than any region says of itself. */
const BYTES_MAX = 1024 * 1024;

/** The folder of a region of that name. */
export const regionFolder = (home: string, name: string): string => path.join(home, 'regions', name);

/**
 * The region of that name; undefined when none runs. The file may be a stranger's: every field of it is checked.
 * @throws ChaosError ACCOUNT_UNAVAILABLE when it is not what a region writes.
 */
export async function readRegionFile(home: string, name: string): Promise<RegionFile | undefined> {
  const folder = regionFolder(home, name);
  const file = path.join(folder, 'region.json');
  const text = await readBounded(file, BYTES_MAX).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw damaged(name, file, error.code === undefined ? String(error) : `it cannot be read (${error.code})`);
  });
  if (text === undefined) return undefined;
  const region = parse(text);
  const wrong = wrongIn(region, name);
  if (wrong !== undefined) throw damaged(name, file, `its "${wrong}" is not that of a region`);
  // Where it lies is known better here: the same folder has many names.
  const facts: RegionFile = { ...(region as RegionFile), folder };
  return (await startTimeOf(facts.pid)) === facts.startTime ? facts : undefined;
}

/**
 * Removes what an earlier region of that name has left in its folder, which none has now: disks of its instances, snapshots,
 * and its logs, whose words would be taken for those of the next one.
 */
export async function clearRegionFolder(folder: string): Promise<void> {
  const parts = ['logs', ...GOES_WITH_REGION].map((part) => path.join(folder, part));
  await Promise.all(parts.map((part) => rm(part, { recursive: true, force: true, maxRetries: 5 })));
}

/** A region whose file cannot be relied on. */
export interface DamagedRegion {
  readonly name: string;
  readonly problem: Problem;
}

/** Every region that runs, by name; and apart from them those of which nobody knows, so that they hide no other. */
export async function listRegions(
  home: string,
): Promise<{ readonly up: readonly RegionFile[]; readonly damaged: readonly DamagedRegion[] }> {
  const names = await readdir(path.join(home, 'regions')).catch(() => []);
  const up: RegionFile[] = [];
  const damaged: DamagedRegion[] = [];
  for (const name of names.sort()) {
    try {
      const region = await readRegionFile(home, name);
      if (region) up.push(region);
    } catch (error) {
      if (!(error instanceof ChaosError)) throw error;
      damaged.push(...error.problems.map((problem) => ({ name, problem })));
    }
  }
  return { up, damaged };
}

/** Forgets a region that no longer runs. Its logs stay. */
export const forgetRegion = (home: string, name: string): Promise<void> =>
  rm(path.join(regionFolder(home, name), 'region.json'), { force: true });

function parse(text: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(text));
  } catch {
    return undefined;
  }
}

/** The first field that is not what a region writes of itself; undefined when all are. */
function wrongIn(region: unknown, name: string): string | undefined {
  const facts = mapping(region);
  const rules: Record<keyof RegionFile, boolean> = {
    name: facts.name === name && /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name),
    endpoint: isText(facts.endpoint) && /^https?:\/\//.test(facts.endpoint) && URL.canParse(facts.endpoint),
    region: isText(facts.region),
    accountId: isText(facts.accountId),
    instance: isText(facts.instance),
    credentials: ['accessKeyId', 'secretAccessKey'].every((key) => isText(mapping(facts.credentials)[key])),
    // Of a control plane alone, nothing listens for traffic: this port is 0, and load balancers have no URL.
    dns: isText(mapping(facts.dns).address) && isNumber(mapping(facts.dns).port, 0, 65_535),
    loadBalancers: Array.isArray(facts.loadBalancers) && facts.loadBalancers.every(isLoadBalancer),
    pid: isNumber(facts.pid, 2, Number.MAX_SAFE_INTEGER),
    startTime: isText(facts.startTime),
    folder: isText(facts.folder),
    data: facts.data === undefined || isText(facts.data),
    seal: facts.seal === undefined || isText(facts.seal),
  };
  return Object.entries(rules).find(([, holds]) => !holds)?.[0];
}

const mapping = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isNumber = (value: unknown, min: number, max: number): boolean =>
  Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max;
const isLoadBalancer = (value: unknown): boolean =>
  isText(mapping(value).name) && ['dnsName', 'url'].every((key) => typeof mapping(value)[key] === 'string');

const damaged = (name: string, file: string, why: string): ChaosError =>
  new ChaosError({
    code: 'ACCOUNT_UNAVAILABLE',
    what: `"${file}" does not describe the region "${name}": ${why}`,
    fix:
      `end the process of that region if it still runs (one of those that "pgrep -fl region.cjs" shows), and only then remove "${file}": ` +
      'without the file it counts as gone, with all that is harmed in it',
  });
