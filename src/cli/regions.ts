import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseBlueprint } from '../experiment/blueprint.ts';
import { FILE_BYTES_MAX, problemOfReading } from '../experiment/source.ts';
import { readBounded } from '../host/bounded-file.ts';
import { startRegion } from '../host/region.ts';
import { listRegions, readRegionFile, regionFolder } from '../host/region-file.ts';
import type { Blueprint } from '../kernel/blueprint.ts';
import { ChaosError } from '../kernel/errors.ts';
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

/**
 * Starts a region that stays when this program ends. Its name is that of its blueprint unless another is given. What did
 * not start leaves its folder only for the logs of its instances; what was ended by the signal leaves nothing.
 */
export async function regionUp(
  home: string,
  file: string,
  { name: asked, signal }: { readonly name: string | undefined; readonly signal: AbortSignal },
): Promise<RegionFile> {
  const name = asked ?? path.basename(file).replace(/\.ya?ml$/i, '');
  checkName(name);
  const blueprint = await readBlueprint(file);
  if (await readRegionFile(home, name)) {
    const fix = `end it with "chaos region down ${name}", or give this one another name with --name`;
    throw new ChaosError({ code: 'CLI_USAGE', what: `a region named "${name}" is up already`, fix });
  }
  const isNew = !existsSync(regionFolder(home, name));
  try {
    return (await startRegion({ home, name, blueprint, keep: true, parts: 'all', signal })).file;
  } catch (error) {
    // The logs of an earlier region of that name are not for this one to remove.
    if (signal.aborted && isNew) await files.remove(regionFolder(home, name));
    throw error;
  }
}

/** Names become folders, and words of the command line. */
function checkName(name: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name) && !RESERVED.includes(name)) return;
  const fix = 'write letters, digits, ".", "_" and "-", at most 63, with --name';
  throw new ChaosError({ code: 'CLI_USAGE', what: `"${name}" cannot be the name of a region`, fix });
}

/** Names that mean another account. */
const RESERVED = ['embedded', 'host', 'aws', 'endpoint'];

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
export function regionJson({ name, endpoint, region, accountId, credentials, dns, loadBalancers, pid }: RegionFile) {
  return { name, endpoint, region, accountId, credentials, dns, loadBalancers, pid };
}
