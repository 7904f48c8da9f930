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
  // A process that was stopped and taken over may write one more entry, under a number that is taken by then.
  let highest = 0;
  for (const line of text.split('\n')) {
    if (line === '' || lines.has(line)) continue;
    lines.add(line);
    const whole = parseEntry(line);
    if (!whole) torn = true;
    const entry = whole ?? parseEntry(line.slice(Math.max(0, line.lastIndexOf(HEAD))));
    if (!entry) continue;
    if (entry.seq > highest + 1) throw gap(path, highest, entry.seq);
    highest = Math.max(highest, entry.seq);
    entries.push(entry);
  }
  return { entries, torn };
}

const gap = (path: string, after: number, seq: number): ChaosError =>
  new ChaosError({
    code: 'JOURNAL_READ',
    what: `the journal "${path}" lacks entries: number ${seq} follows ${after}`,
    fix: 'restore the file from a copy; until then, compare the targets of the run with the undo data beside it by hand',
  });

/**
 * How every entry begins. One process may die in the middle of a line while another is about to append: then the entry
 * of the living one stands behind the torn one, in the same line.
 */
const HEAD = '{"v":1,"seq":';

function parseEntry(line: string): Entry | undefined {
  try {
    const entry = JSON.parse(line) as Partial<Entry> | null;
    const whole = entry?.v === 1 && typeof entry.seq === 'number' && typeof entry.type === 'string';
    return whole ? (entry as Entry) : undefined;
  } catch {
    return undefined;
  }
}
