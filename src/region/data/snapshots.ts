import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Json } from '../../kernel/json.ts';
import type { SnapshotFacts } from '../../kernel/snapshot.ts';
import { Fault } from '../services/fault.ts';
import { readText, replaceFile, syncFolder } from './data-folder.ts';

/** A state of a region under a name. */
interface Snapshot {
  readonly v: 1;
  /** The region, as it is made anew at every boot without data: a snapshot is good for no other. */
  readonly instance: string;
  readonly takenMs: number;
  readonly instances: number;
  readonly state: Json;
}

/** The snapshots of one region, each a file of one line that shows by its sum whether it is whole. */
export interface Snapshots {
  /** On disk when it resolves. @returns its length in bytes. @throws Fault SnapshotExists, SnapshotLimit. */
  save(name: string, snapshot: Omit<Snapshot, 'v' | 'instance'>, replaces: boolean): Promise<number>;
  /** @throws Fault SnapshotNotFound, or SnapshotDamaged with why. */
  read(name: string): Promise<Snapshot>;
  /** All of them by name, the damaged ones with why they are. */
  list(): Promise<SnapshotFacts[]>;
  /** Gone from the disk when it resolves, damaged or not. @throws Fault SnapshotNotFound. */
  remove(name: string): Promise<void>;
}

/** More than anybody tells apart. */
const MOST = 100;
const SUFFIX = '.json';

/** @param instance the region whose snapshots lie in the folder. */
export function openSnapshots(folder: string, instance: string): Snapshots {
  const fileOf = (name: string) => path.join(folder, `${checkName(name)}${SUFFIX}`);
  const read = async (name: string) => {
    const text = await readText(fileOf(name)).catch((error: NodeJS.ErrnoException) => {
      throw damaged(name, `it cannot be read (${error.code})`);
    });
    if (text === undefined) throw notFound(name, await namesIn(folder));
    return { snapshot: parse(name, text, instance), bytes: Buffer.byteLength(text) };
  };
  const factsOf = async (name: string): Promise<SnapshotFacts[]> => {
    try {
      const { snapshot, bytes } = await read(name);
      return [{ name, takenMs: snapshot.takenMs, bytes, instances: snapshot.instances }];
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return error.code === 'SnapshotNotFound' ? [] : [{ name, bytes: 0, damage: error.message }];
    }
  };
  return {
    async save(name, snapshot, replaces) {
      checkName(name);
      const names = await namesIn(folder);
      if (names.includes(name) && !replaces) {
        throw new Fault('SnapshotExists', `There is a snapshot "${name}" already.`, 409);
      }
      if (!names.includes(name) && names.length >= MOST) {
        throw new Fault('SnapshotLimit', `A region has at most ${MOST} snapshots.`, 409);
      }
      const text = JSON.stringify({ v: 1, instance, ...snapshot } satisfies Snapshot);
      const line = `${sumOf(text)} ${text}\n`;
      await replaceFile(folder, `${name}${SUFFIX}`, line);
      return Buffer.byteLength(line);
    },
    read: async (name) => (await read(name)).snapshot,
    list: async () => (await Promise.all((await namesIn(folder)).map(factsOf))).flat(),
    async remove(name) {
      // What is damaged is not always a file.
      await rm(fileOf(name), { recursive: true }).catch(async (error: NodeJS.ErrnoException) => {
        throw error.code === 'ENOENT' ? notFound(name, await namesIn(folder)) : error;
      });
      await syncFolder(folder);
    },
  };
}

/** Names become files. */
function checkName(name: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name)) return name;
  const why = `"${name.slice(0, 100)}" cannot be the name of a snapshot: it has letters, digits, ".", "_" and "-", at most 63.`;
  throw new Fault('InvalidParameter', why, 400);
}

async function namesIn(folder: string): Promise<string[]> {
  const files = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return files
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
    .sort();
}

function parse(name: string, text: string, instance: string): Snapshot {
  const body = text.slice(SUM_LENGTH + 1, -1);
  if (text !== `${sumOf(body)} ${body}\n`) throw damaged(name, 'it is not what was written');
  const snapshot = JSON.parse(body) as Snapshot;
  if (snapshot.v !== 1) throw damaged(name, `it is of version ${String(snapshot.v)}, and this program knows 1`);
  if (snapshot.instance !== instance) throw damaged(name, 'it was taken of another region');
  return snapshot;
}

const SUM_LENGTH = 64;
const sumOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const damaged = (name: string, why: string) =>
  new Fault('SnapshotDamaged', `The snapshot "${name}" cannot be used: ${why}.`, 422);

function notFound(name: string, known: readonly string[]): Fault {
  const others = known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`;
  return new Fault('SnapshotNotFound', `The region has no snapshot "${name}"; ${others}.`, 404);
}
