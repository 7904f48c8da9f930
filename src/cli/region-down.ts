import { openEmbedded } from '../host/embedded.ts';
import { type EarlierRun, openLease } from '../host/lease.ts';
import { stopRegion } from '../host/region.ts';
import { listRegions } from '../host/region-file.ts';
import { CallError, ChaosError, type Problem } from '../kernel/errors.ts';
import { ENDING } from '../kernel/facility.ts';
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
  /** How long a region may take to say who holds it, and that it will end, when not as long as usual. */
  readonly answerWithinMs?: number;
}

/** What was ended, by name. */
export interface EndedRegions {
  readonly ended: readonly string[];
  /** Those of them that did not end when they were asked to. */
  readonly killed: readonly string[];
  /** Why others were not: nothing proves that they are the user's, or nobody knows what they are. */
  readonly problems: readonly Problem[];
}

/**
 * Ends regions, with every process in them: none when none was up and none was asked for.
 * @throws ChaosError SAFETY_LEASE or SAFETY_DIRTY when a run holds one of them, may hold it, or left it harmed; then none
 * is ended.
 */
export async function regionDown(home: string, request: RegionDownRequest): Promise<EndedRegions> {
  const { up, damaged } = await listRegions(home);
  if (up.length + damaged.length === 0 && request.name === undefined) return { ended: [], killed: [], problems: [] };
  const regions = request.all ? up : [await findRegion(home, request.name)];
  if (!request.force) await claimAll(home, regions, request.answerWithinMs);
  const [ended, killed]: [string[], string[]] = [[], []];
  const problems = request.all ? damaged.map(({ problem }) => problem) : [];
  for (const region of regions) {
    try {
      if ((await stopRegion(home, region, request.answerWithinMs)).killed) killed.push(region.name);
      ended.push(region.name);
    } catch (error) {
      if (!(error instanceof ChaosError)) throw error;
      problems.push(...error.problems);
    }
  }
  return { ended, killed, problems };
}

/** Takes the lease of every region, so that no run begins on one that is about to end; of all of them or of none. */
async function claimAll(home: string, regions: readonly RegionFile[], withinMs: number | undefined): Promise<void> {
  const problems: Problem[] = [];
  const giveBack: (() => Promise<void>)[] = [];
  for (const region of regions) {
    const port = await answering(region, withinMs);
    if (port === 'nobody') continue;
    if (port === 'silent') {
      const what = 'it does not answer, and nobody else knows whether a run holds it';
      problems.push(explain({ code: 'SAFETY_LEASE', what, fix: 'try again once it answers' }, region.name));
      continue;
    }
    // Where its record cannot be read, nobody can restore it, and this is the cure.
    const pendingOf = async (run: EarlierRun) => (await leftOpen(run.home ?? home, files, run.runId)) ?? [];
    const lease = openLease(port, { runId: `${ENDING}${process.pid}`, home, pendingOf });
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

/** The region; or that nobody listens there, so that no run can hold it; or that it is silent, which may pass. */
async function answering(region: RegionFile, withinMs: number | undefined): Promise<WritePort | 'nobody' | 'silent'> {
  try {
    return await openEmbedded(region, withinMs);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    return error.code === 'TimeoutError' ? 'silent' : 'nobody';
  }
}
