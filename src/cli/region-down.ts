import { openEmbedded } from '../host/embedded.ts';
import { type EarlierRun, openLease } from '../host/lease.ts';
import { stopRegion } from '../host/region.ts';
import { listRegions } from '../host/region-file.ts';
import { CallError, ChaosError, type Problem } from '../kernel/errors.ts';
import type { WritePort } from '../kernel/ports.ts';
import type { RegionFile } from '../kernel/region-file.ts';
import { files } from './machine.ts';
import { findRegion } from './regions.ts';
import { leftOpen } from './runs.ts';

export interface RegionDownRequest {
  readonly name: string | undefined;
  readonly all: boolean;
  /** Also when a run holds the region, or left it harmed. */
  readonly force: boolean;
}

/**
 * Ends regions, with every process in them, and returns their names: none when none was up and none was asked for.
 * @throws ChaosError SAFETY_LEASE or SAFETY_DIRTY when a run holds one of them or left it harmed; then none is ended.
 */
export async function regionDown(home: string, request: RegionDownRequest): Promise<string[]> {
  const up = await listRegions(home);
  if (up.length === 0 && request.name === undefined) return [];
  const regions = request.all ? up : [await findRegion(home, request.name)];
  if (!request.force) await claimAll(home, regions);
  for (const region of regions) await stopRegion(home, region);
  return regions.map(({ name }) => name);
}

/** Takes the lease of every region, so that no run begins on one that is about to end; of all of them or of none. */
async function claimAll(home: string, regions: readonly RegionFile[]): Promise<void> {
  const problems: Problem[] = [];
  const giveBack: (() => Promise<void>)[] = [];
  for (const region of regions) {
    const port = await answering(region);
    if (!port) continue;
    // Where its record cannot be read, nobody can restore it, and this is the cure.
    const pendingOf = async (run: EarlierRun) => (await leftOpen(run.home ?? home, files, run.runId)) ?? [];
    const lease = openLease(port, { runId: `down-${process.pid}`, home, pendingOf });
    const refusals = await lease.acquire('ending the region');
    if (refusals.length === 0) giveBack.push(() => lease.release());
    problems.push(...refusals.map((problem) => explain(problem, region.name)));
  }
  if (problems.length === 0) return;
  await Promise.allSettled(giveBack.map((release) => release()));
  throw new ChaosError(problems);
}

const explain = ({ code, what, fix }: Problem, name: string): Problem => ({
  code,
  what: `the region "${name}" is not ended: ${what}`,
  fix: `${fix}; "chaos region down ${name} --force" ends it nevertheless`,
});

/** The region, unless it does not answer: then nobody can be asked, and to end it is the cure. */
async function answering(region: RegionFile): Promise<WritePort | undefined> {
  try {
    return await openEmbedded(region);
  } catch (error) {
    if (error instanceof CallError) return undefined;
    throw error;
  }
}
