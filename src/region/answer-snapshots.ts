import path from 'node:path';
import type { FacilityOperation } from '../kernel/facility.ts';
import type { RegionConfig } from '../kernel/region-file.ts';
import type { SnapshotOperations } from '../kernel/snapshot.ts';
import { openSnapshots, type Snapshots } from './data/snapshots.ts';
import type { Driver } from './driver.ts';
import { Fault } from './services/fault.ts';
import type { RegionState } from './services/state.ts';
import type { Caller, World } from './world.ts';

/** Answers one of the facility's operations on snapshots. @throws Fault */
export type SnapshotAnswer = (input: Input, caller: Caller) => Promise<unknown>;

interface Input {
  readonly name?: unknown;
  readonly replaces?: unknown;
}

interface Parts {
  readonly world: World;
  readonly driver: Driver;
  readonly snapshots: Snapshots;
}

type SnapshotOperation = keyof SnapshotOperations;

/** The snapshots of a region lie with its data, or in its folder, and go with it. */
export const snapshotsOf = ({ data, folder }: RegionConfig, instance: string): Snapshots =>
  openSnapshots(path.join(data ?? folder, 'snapshots'), instance);

/** What answers the operation, if it is one on snapshots. */
export const snapshotAnswer = (operation: FacilityOperation, parts: Parts): SnapshotAnswer | undefined => {
  if (!Object.hasOwn(ANSWERS, operation)) return undefined;
  return (input, caller) => ANSWERS[operation as SnapshotOperation](parts, input, caller);
};

const ANSWERS: Readonly<Record<SnapshotOperation, (parts: Parts, input: Input, caller: Caller) => Promise<unknown>>> = {
  /** What the region is when it is asked, not when the file is written. */
  async SaveSnapshot({ world, snapshots }, input, caller): Promise<SnapshotOperations['SaveSnapshot'][1]> {
    const name = nameIn(input);
    allow(world, 'SaveSnapshot', caller);
    const state = world.kept();
    const instances = (state as unknown as RegionState).instances.filter((one) => one.state !== 'terminated').length;
    const taken = { takenMs: Date.now(), instances, state };
    const bytes = await snapshots.save(name, taken, input.replaces === true).catch(unwritten);
    return { snapshot: { name, takenMs: taken.takenMs, bytes, instances } };
  },

  async DescribeSnapshots({ world, snapshots }, _input, caller): Promise<SnapshotOperations['DescribeSnapshots'][1]> {
    world.admit('DescribeSnapshots', caller);
    return { snapshots: await snapshots.list() };
  },

  /** Whether the account is free is asked again when the file has been read. */
  async RestoreSnapshot({ world, driver, snapshots }, input, caller) {
    const name = nameIn(input);
    allow(world, 'RestoreSnapshot', caller);
    const { state, takenMs } = await snapshots.read(name);
    await driver.restore(state, takenMs, caller);
    return {};
  },

  async RemoveSnapshot({ world, snapshots }, input, caller) {
    const name = nameIn(input);
    allow(world, 'RemoveSnapshot', caller);
    await snapshots.remove(name).catch(unwritten);
    return {};
  },
};

/** Whether the caller may, and nobody else holds the account. */
function allow(world: World, operation: SnapshotOperation, caller: Caller): void {
  world.admit(operation, caller);
  world.requireFree(caller);
}

function nameIn({ name }: Input): string {
  if (typeof name === 'string') return name;
  throw new Fault('InvalidParameter', 'The input needs "name": a text that is not empty.', 400);
}

function unwritten(error: unknown): never {
  if (error instanceof Fault) throw error;
  const why = error instanceof Error ? error.message : String(error);
  throw new Fault('ServiceUnavailable', `The region cannot write its snapshots: ${why}.`, 503);
}
