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
  const text = (await files.read(`${folder}/${FILES.undo}`)) ?? '';
  const records = text.split('\n').flatMap((line) => parse(line) ?? []);
  return new Map(records.map((record) => [digestOf(record), record]));
}

function parse(line: string): UndoRecord | undefined {
  try {
    const record: unknown = JSON.parse(line);
    return typeof record === 'object' && record !== null && 'injection' in record ? (record as UndoRecord) : undefined;
  } catch {
    return undefined;
  }
}
