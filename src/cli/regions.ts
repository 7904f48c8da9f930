import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseBlueprint } from '../experiment/blueprint.ts';
import { FILE_BYTES_MAX, problemOfReading } from '../experiment/source.ts';
import { readBounded } from '../host/bounded-file.ts';
import { isLocked } from '../host/lock.ts';
import { nameLock, type StartedRegion, startRegion } from '../host/region.ts';
import { readDataHeader } from '../host/region-data.ts';
import { listRegions, readRegionFile, regionFolder } from '../host/region-file.ts';
import type { Blueprint } from '../kernel/blueprint.ts';
import { ChaosError } from '../kernel/errors.ts';
import { canonicalJson } from '../kernel/json.ts';
import type { RegionFile } from '../kernel/region-file.ts';
import { suggest } from '../kernel/suggest.ts';
import { files } from './machine.ts';

/** Reads a blueprint. @throws ChaosError with everything that is wrong with it. */
async function readBlueprint(file: string): Promise<Blueprint> {
  const text = await readBounded(file, FILE_BYTES_MAX).catch((error: NodeJS.ErrnoException) => {
    if (error.code === undefined) throw error;
    throw new ChaosError(problemOfReading(file, error.code));
  });
  const { blueprint, problems } = parseBlueprint({ file, text });
  if (!blueprint) throw new ChaosError(problems);
  return blueprint;
}

export interface RegionUpRequest {
  /** Its blueprint; absent where data tell it. */
  readonly file: string | undefined;
  readonly name: string | undefined;
  /** The folder in which its state is kept, and gone on from. */
  readonly data: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Starts a region that stays when this program ends. Its name is that of its blueprint, or that in its data, unless
 * another is given. What did not start leaves its folder only for the logs of its instances; what was ended by the signal
 * leaves nothing, and is undefined.
 */
export async function regionUp(home: string, request: RegionUpRequest): Promise<StartedRegion | undefined> {
  const { signal } = request;
  const data = request.data === undefined ? undefined : path.resolve(request.data);
  const { name, blueprint } = await whatToStart(request, data);
  checkName(name);
  if (await readRegionFile(home, name)) {
    const fix = `end it with "chaos region down ${name}", or give this one another name with --name`;
    throw new ChaosError({ code: 'CLI_USAGE', what: `a region named "${name}" is up already`, fix });
  }
  const isNew = !existsSync(regionFolder(home, name));
  try {
    return await startRegion({ home, name, blueprint, keep: true, parts: 'all', data, signal });
  } catch (error) {
    if (!signal.aborted) throw error;
    // The logs of an earlier region of that name are not for this one to remove.
    const folder = regionFolder(home, name);
    if (isNew && !(await isLocked(nameLock(folder)))) await files.remove(folder);
    return undefined;
  }
}

/** The name and blueprint, as given or as the data have them. What was begun once is not begun again differently. */
async function whatToStart(
  { file, name }: RegionUpRequest,
  data: string | undefined,
): Promise<{ name: string; blueprint: Blueprint }> {
  const given = file === undefined ? undefined : await readBlueprint(file);
  const header = data === undefined ? undefined : await readDataHeader(data);
  if (!header) {
    if (given && file !== undefined)
      return { name: name ?? path.basename(file).replace(/\.ya?ml$/i, ''), blueprint: given };
    const what =
      data === undefined ? 'no blueprint is given' : `"${data}" holds no data yet, and no blueprint is given`;
    throw new ChaosError({
      code: 'CLI_USAGE',
      what,
      fix: 'name a blueprint: "chaos region up experiments/regions/shop.yaml"',
    });
  }
  if (name !== undefined && name !== header.name) {
    const what = `the data in "${data}" are of the region "${header.name}", not "${name}"`;
    throw new ChaosError({ code: 'CLI_USAGE', what, fix: 'leave --name out, or name another folder' });
  }
  if (given && canonicalJson(given) !== canonicalJson(header.blueprint)) {
    const what = `the data in "${data}" were begun with another blueprint than "${file}" is now`;
    throw new ChaosError({
      code: 'CLI_USAGE',
      what,
      fix: 'leave the blueprint out to go on with the data, or name another folder',
    });
  }
  return { name: header.name, blueprint: header.blueprint };
}

/** Names become folders, and words of the command line. */
function checkName(name: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name) && !RESERVED.includes(name)) return;
  const fix = 'write letters, digits, ".", "_" and "-", at most 63, with --name';
  throw new ChaosError({ code: 'CLI_USAGE', what: `"${name}" cannot be the name of a region`, fix });
}

/** Names that mean another account. */
const RESERVED = ['embedded', 'host', 'aws', 'endpoint'];

/** Whether a region is up, or one was whose file cannot be read. */
export async function isAnyRegionUp(home: string): Promise<boolean> {
  const { up, damaged } = await listRegions(home);
  return up.length + damaged.length > 0;
}

/**
 * The region of that name, or the only one that is up.
 * @throws ChaosError ACCOUNT_UNKNOWN when there is none, ACCOUNT_UNAVAILABLE when its file is damaged.
 */
export async function findRegion(home: string, name: string | undefined): Promise<RegionFile> {
  const { up: regions, damaged } = await listRegions(home);
  const unknown = damaged.filter((one) => (name === undefined ? regions.length === 0 : one.name === name));
  if (unknown.length > 0) throw new ChaosError(unknown.map(({ problem }) => problem));
  const [only] = regions;
  const found = name === undefined ? (regions.length === 1 ? only : undefined) : regions.find((r) => r.name === name);
  if (found) return found;
  const names = regions.map((region) => region.name);
  const what =
    name === undefined && names.length > 1
      ? 'several regions are up'
      : `no region${name === undefined ? '' : ` named "${name}"`} is up`;
  const fix =
    names.length > 0 ? suggest(name ?? '', names) : 'start one: "chaos region up experiments/regions/shop.yaml"';
  throw new ChaosError({ code: 'ACCOUNT_UNKNOWN', what, fix });
}

/** What `region up --json` prints, and `region status` for each region. */
export function regionJson(file: RegionFile) {
  const { name, endpoint, region, accountId, credentials, dns, loadBalancers, pid, data } = file;
  return { name, endpoint, region, accountId, credentials, dns, loadBalancers, pid, data: data ?? null };
}
