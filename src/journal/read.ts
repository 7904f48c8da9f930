import { ChaosError } from '../kernel/errors.ts';
import type { Files } from '../kernel/ports.ts';
import type { Entry } from './entries.ts';
import { FILES } from './folder.ts';

export interface JournalText {
  readonly entries: readonly Entry[];
  /** Whether a line is torn: the writer died, or is just writing. */
  readonly torn: boolean;
}

/**
 * Reads the journal of a run, also while the run goes on. A torn line is left out.
 * @throws ChaosError JOURNAL_READ when there is no journal, or when entries are missing from its middle.
 */
export async function readJournal(files: Files, folder: string): Promise<JournalText> {
  const path = `${folder}/${FILES.journal}`;
  const text = await files.read(path);
  if (text === undefined) {
    throw new ChaosError({
      code: 'JOURNAL_READ',
      what: `there is no journal at "${path}"`,
      fix: 'run "chaos journal list" to see the runs that are recorded here',
    });
  }
  return parseJournal(text, path);
}

/** The entries of a journal's text. `path` is for messages. */
export function parseJournal(text: string, path: string): JournalText {
  const entries: Entry[] = [];
  const lines = new Set<string>();
  let torn = false;
  for (const line of text.split('\n')) {
    if (line === '' || lines.has(line)) continue;
    lines.add(line);
    const entry = parseEntry(line);
    if (!entry) torn = true;
    else if (entry.seq > (entries.at(-1)?.seq ?? 0) + 1) throw gap(path, entries.length, entry.seq);
    else entries.push(entry);
  }
  return { entries, torn };
}

/** A process that was stopped and taken over may write one more number twice; a number left out means a lost entry. */
const gap = (path: string, after: number, seq: number): ChaosError =>
  new ChaosError({
    code: 'JOURNAL_READ',
    what: `the journal "${path}" lacks entries: number ${seq} follows ${after}`,
    fix: 'restore the file from a copy; until then, compare the targets of the run with the undo data beside it by hand',
  });

function parseEntry(line: string): Entry | undefined {
  try {
    const entry = JSON.parse(line) as Partial<Entry> | null;
    const whole = entry?.v === 1 && typeof entry.seq === 'number' && typeof entry.type === 'string';
    return whole ? (entry as Entry) : undefined;
  } catch {
    return undefined;
  }
}
