import { setTimeout as pause } from 'node:timers/promises';
import { openEmbedded } from '../host/embedded.ts';
import { type EarlierRun, freeRegion, heldBy } from '../host/lease.ts';
import { CallError, ChaosError, type Problem } from '../kernel/errors.ts';
import { facility } from '../kernel/facility.ts';
import type { WritePort } from '../kernel/ports.ts';
import type { SnapshotFacts } from '../kernel/snapshot.ts';
import { columns, count, type Paint } from '../report/text.ts';
import { files } from './machine.ts';
import { findRegion } from './regions.ts';
import { leftOpen } from './runs.ts';

/** A snapshot, and the region that has it: the only one that is up when none is named. */
export interface SnapshotRequest {
  readonly region: string | undefined;
  readonly name: string;
}

/** The snapshots of a region, by name. */
export interface RegionSnapshots {
  readonly region: string;
  readonly snapshots: readonly SnapshotFacts[];
}

/** Long enough for the data plane to end and start many processes. */
const CALL_MS = 60_000;
const STARTED_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 100;

/** Keeps the state of a region under a name. @throws ChaosError SNAPSHOT_EXISTS, SAFETY_LEASE, SAFETY_DIRTY. */
export async function takeSnapshot(home: string, { region, name }: SnapshotRequest, replaces: boolean) {
  const { port, regionName } = await openFree(home, region);
  const { snapshot } = await told(port.write(facility('SaveSnapshot', { name, replaces }), limit()), name);
  return { region: regionName, snapshot };
}

/** @throws ChaosError SNAPSHOT_UNKNOWN, SAFETY_LEASE, SAFETY_DIRTY. */
export async function removeSnapshot(home: string, { region, name }: SnapshotRequest) {
  const { port, regionName } = await openFree(home, region);
  await told(port.write(facility('RemoveSnapshot', { name }), limit()), name);
  return { region: regionName, removed: name };
}

/**
 * Puts a region back to a snapshot. Resolves when the processes that had to be started are up, or did not come up in half a
 * minute. @throws ChaosError SNAPSHOT_UNKNOWN, SNAPSHOT_DAMAGED, SAFETY_LEASE, SAFETY_DIRTY.
 */
export async function restoreSnapshot(home: string, { region, name }: SnapshotRequest) {
  const { port, regionName } = await openFree(home, region);
  await told(port.write(facility('RestoreSnapshot', { name }), limit()), name);
  const starting = await untilStarted(port);
  return { region: regionName, restored: name, starting };
}

export async function listSnapshots(home: string, name: string | undefined): Promise<RegionSnapshots> {
  const file = await findRegion(home, name);
  const port = await openEmbedded(file);
  const { snapshots } = await port.read(facility('DescribeSnapshots', {}), limit());
  return { region: file.name, snapshots };
}

export function renderSnapshots({ region, snapshots }: RegionSnapshots, paint: Paint): string {
  if (snapshots.length === 0) return `The region "${region}" has no snapshots.`;
  const rows = snapshots.map(({ name, takenMs, bytes, instances = 0, damage }) =>
    damage === undefined
      ? [name, new Date(takenMs ?? 0).toISOString(), count(instances, 'instance'), `${bytes} bytes`]
      : [name, paint.bad(damage)],
  );
  return columns(rows).join('\n');
}

/** A region that no run holds, and none has left harmed: what was harmed is neither kept nor taken from its undo. */
async function openFree(home: string, name: string | undefined) {
  const file = await findRegion(home, name);
  const port = await openEmbedded(file);
  const pendingOf = (run: EarlierRun) => leftOpen(run.home ?? home, files, run.runId);
  const problems = await freeRegion(port, pendingOf);
  if (problems.length > 0) throw new ChaosError(problems);
  return { port, regionName: file.name };
}

/** The ids of the instances that are still starting when it gives up. */
async function untilStarted(port: WritePort): Promise<readonly string[]> {
  for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
    const { processes } = await port.read(facility('DescribeProcesses', {}), limit());
    const starting = processes.filter(({ state }) => state === 'starting').map(({ name }) => name);
    if (starting.length === 0 || waitedMs >= STARTED_WITHIN_MS) return starting;
    await pause(LOOK_EVERY_MS);
  }
}

async function told<T>(answer: Promise<T>, name: string): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const problem = error instanceof CallError ? problemOf(error, name) : undefined;
    if (problem) throw new ChaosError(problem);
    throw error;
  }
}

function problemOf({ code, message }: CallError, name: string): Problem | undefined {
  const what = message.replace(/\.$/, '');
  switch (code) {
    case 'SnapshotNotFound':
      return { code: 'SNAPSHOT_UNKNOWN', what, fix: 'name one that "chaos region snapshots" shows' };
    case 'SnapshotExists':
      return { code: 'SNAPSHOT_EXISTS', what, fix: 'choose another name, or say --force to overwrite it' };
    case 'SnapshotDamaged':
      return { code: 'SNAPSHOT_DAMAGED', what, fix: `take it anew: "chaos region snapshot ${name} --force"` };
    case 'SnapshotLimit':
      return { code: 'CLI_USAGE', what, fix: 'remove one: "chaos region snapshot NAME --remove"' };
    case 'InvalidParameter':
      return { code: 'CLI_USAGE', what, fix: 'choose another name' };
    case 'ServiceUnavailable':
      return { code: 'ACCOUNT_UNAVAILABLE', what, fix: 'make room where the region writes, and try again' };
    case 'LeaseHeld':
    case 'LeaseLost':
      return heldBy(what);
    default:
      return undefined;
  }
}

const limit = () => AbortSignal.timeout(CALL_MS);
