import { createHash } from 'node:crypto';
import type { MeansKind } from '../kernel/define.ts';
import { canonicalJson, type Json } from '../kernel/json.ts';
import type { Files } from '../kernel/ports.ts';
import { FILES } from './folder.ts';

/** A line of `undo.jsonl`: all that restoring needs, exact and unredacted. */
export interface UndoRecord {
  readonly injection: string;
  readonly fault: string;
  readonly means: MeansKind | 'command';
  readonly undo: Json;
}

/** SHA-256 over the record, hex. The journal holds it, so that another undo is not taken for this one. */
export const digestOf = (record: UndoRecord): string =>
  createHash('sha256').update(canonicalJson(record)).digest('hex');

/** The records of `undo.jsonl` by their digest. A torn line is left out: its injection was never begun. */
export async function readUndo(files: Files, folder: string): Promise<ReadonlyMap<string, UndoRecord>> {
  const records = (await linesOf(files, folder)).filter((line) => 'injection' in line) as UndoRecord[];
  return new Map(records.map((record) => [digestOf(record), record]));
}

/** The values that nobody who recovers the run may show: kept beside the undo, which holds them anyway. */
export async function readSecrets(files: Files, folder: string): Promise<readonly string[]> {
  const lines = await linesOf(files, folder);
  return lines.flatMap((line) => ('secrets' in line && Array.isArray(line.secrets) ? line.secrets.map(String) : []));
}

async function linesOf(files: Files, folder: string): Promise<readonly object[]> {
  const text = (await files.read(`${folder}/${FILES.undo}`)) ?? '';
  return text.split('\n').flatMap((line) => parse(line) ?? []);
}

function parse(line: string): object | undefined {
  try {
    const record: unknown = JSON.parse(line);
    return typeof record === 'object' && record !== null ? record : undefined;
  } catch {
    return undefined;
  }
}
