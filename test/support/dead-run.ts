import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { digestOf, type UndoRecord } from '../../src/journal/undo.ts';

/** The record of a run that died in the middle of its fault, on an account that may be gone. */
export function deadRun(home: string, runId: string, kind: string, undo?: Partial<UndoRecord>): string {
  const folder = path.join(home, 'runs', runId);
  const account = { kind, name: 'gone', instance: 'i' };
  const record: UndoRecord = { injection: '1.x', fault: 'aws.ec2.stop-instances', means: 'api', undo: {}, ...undo };
  const facts = { injection: '1.x', target: `x of ${runId}`, fault: record.fault, means: record.means };
  const entries = [
    {
      type: 'run-started',
      runId,
      tool: '1',
      experiment: { file: 'x', digest: '', title: 'x' },
      account,
      reach: { kind, name: 'gone' },
      parameters: {},
      pid: 1,
    },
    { type: 'captured', ...facts, reversal: 'reverts', digest: digestOf(record), restoresWithinMs: 1_000 },
    { type: 'injecting', injection: '1.x', calls: [] },
  ];
  const lines = entries.map((entry, index) =>
    JSON.stringify({ v: 1, seq: index + 1, at: '2026-01-01T00:00:00.000Z', ...entry }),
  );
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'journal.jsonl'), `${lines.join('\n')}\n`);
  writeFileSync(path.join(folder, 'undo.jsonl'), `${JSON.stringify(record)}\n`);
  return folder;
}
