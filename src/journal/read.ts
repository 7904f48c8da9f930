import { ChaosError } from '../kernel/errors.ts';
import type { Files } from '../kernel/ports.ts';
import type { Entry } from './entries.ts';
import { FILES } from './folder.ts';
import { faultInEntry } from './well-formed.ts';

export interface JournalText {
  readonly entries: readonly Entry[];
  /** Whether a line is torn: the writer died, or is just writing. */
  readonly torn: boolean;
}

/**
 * Reads the journal of a run, also while the run goes on. A torn line is left out.
 * @throws ChaosError JOURNAL_READ when there is no journal, when entries are missing from its middle or do not say of which
 * run they are, or when one is not what its type says.
 */
export async function readJournal(files: Files, folder: string): Promise<JournalText> {
  const path = `${folder}/${FILES.journal}`;
  const text = await files.read(path);
  const journal = parseJournal(text ?? '', path);
  if (journal.entries.length === 0 && (await files.read(`${folder}/${FILES.undo}`))?.trim())
    throw damaged(
      path,
      `${text === undefined ? 'is missing' : 'is empty'}, though undo data of its run lies beside it`,
    );
  if (text === undefined) {
    throw new ChaosError({
      code: 'JOURNAL_READ',
      what: `there is no journal at "${path}"`,
      fix: 'run "chaos journal list" to see the runs that are recorded here',
    });
  }
  return journal;
}

/** The entries of a journal's text. `path` is for messages. @throws ChaosError JOURNAL_READ */
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
    if (entry.seq > highest + 1) throw damaged(path, `lacks entries: number ${entry.seq} follows ${highest}`);
    const wrong = faultInEntry(entry);
    if (wrong !== undefined) throw damaged(path, `holds a "${entry.type}" that is none, number ${entry.seq}: ${wrong}`);
    highest = Math.max(highest, entry.seq);
    entries.push(entry);
  }
  const isNamed = entries.some(({ type }) => type === 'run-started');
  if (!isNamed && entries.some(({ type }) => type === 'captured'))
    throw damaged(path, 'does not say how its run began');
  return { entries, torn };
}

/** What whoever has no copy of a record is left with. */
const BY_HAND =
  'without one, restore by hand what the undo data beside it tells of, and then remove the folder of the run';

const damaged = (path: string, how: string): ChaosError =>
  new ChaosError({
    code: 'JOURNAL_READ',
    what: `the journal "${path}" ${how}`,
    fix: `restore the file from a copy; ${BY_HAND}`,
  });

/**
 * How every entry begins. One process may die in the middle of a line while another is about to append: then the entry
 * of the living one stands behind the torn one, in the same line.
 */
const HEAD = '{"v":1,"seq":';

function parseEntry(line: string): Entry | undefined {
  try {
    const entry = JSON.parse(line) as Partial<Entry> | null;
    const { v, seq, at, type } = entry ?? {};
    const whole = v === 1 && Number.isSafeInteger(seq) && typeof at === 'string' && typeof type === 'string';
    return whole ? (entry as Entry) : undefined;
  } catch {
    return undefined;
  }
}
