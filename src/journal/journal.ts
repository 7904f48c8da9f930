import { ChaosError, type Problem } from '../kernel/errors.ts';
import { isFull } from '../kernel/full-disk.ts';
import type { Clock, Files } from '../kernel/ports.ts';
import type { Redact } from '../kernel/redact.ts';
import { inertJson } from '../kernel/visible.ts';
import type { Entry, EntryBody } from './entries.ts';
import { FILES } from './folder.ts';
import { parseJournal } from './read.ts';
import { redactEntry } from './redact-entry.ts';
import { digestOf, type UndoRecord } from './undo.ts';

/**
 * The append-only record of a run. Entries are numbered, and on disk before anybody is told of them. What is written and
 * told is redacted; what the run itself goes by is not.
 */
export interface Journal {
  readonly folder: string;
  readonly path: string;
  /** Everything that was appended, also what could not be written: unredacted, for decisions. */
  readonly entries: readonly Entry[];
  /** The same, as it is written and told. */
  readonly shown: readonly Entry[];
  /** Takes out what is not to be shown: for texts in which a secret could no longer be recognised, such as quoted ones. */
  readonly redact: Redact;
  /** Why entries are not on disk; undefined while all of them are. */
  readonly failure: Problem | undefined;
  /**
   * Resolves once the entry is on disk. Nothing follows the `run-ended` that was appended here.
   * @throws ChaosError JOURNAL_WRITE
   */
  append(body: EntryBody): Promise<Entry>;
  /**
   * For restoring, which a full disk must not stop: as `append`, but a failure is only remembered in `failure`, and the
   * entry in `entries`. The first `run-ended` that fails is dropped instead: say what is missing, then end anew.
   */
  record(body: EntryBody): Promise<void>;
  /** Keeps room on the disk for what is written while restoring, in case nothing else is left. @throws ChaosError JOURNAL_WRITE */
  keepRoom(): Promise<void>;
  /** Nothing is left to restore: gives the room back. */
  giveRoomBack(): Promise<void>;
  /** Puts the exact undo on disk, and returns the digest that its entry must carry. @throws ChaosError JOURNAL_WRITE */
  keepUndo(record: UndoRecord): Promise<string>;
  /** Puts values beside the undo that whoever recovers the run must not show either. @throws ChaosError JOURNAL_WRITE */
  keepSecrets(secrets: readonly string[]): Promise<void>;
}

export interface JournalOptions {
  readonly files: Files;
  readonly clock: Clock;
  readonly folder: string;
  readonly redact: Redact;
  readonly listen: (entry: Entry) => void;
}

/** Opens the journal of a run's folder to append to it; makes both when they do not exist. */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const { files, folder } = options;
  const path = `${folder}/${FILES.journal}`;
  // A folder that cannot be made shows in the first append, which says so.
  await files.makeFolder(folder).catch(() => {});
  const text = (await files.read(path).catch(() => undefined)) ?? '';
  const entries = [...parseJournal(text, path).entries];
  return new FileJournal(options, path, entries, text !== '' && !text.endsWith('\n'));
}

class FileJournal implements Journal {
  readonly folder: string;
  readonly path: string;
  readonly entries: Entry[];
  readonly redact: Redact;
  failure: Problem | undefined;
  readonly #options: JournalOptions;
  /** One write at a time, in order. */
  #queue: Promise<unknown> = Promise.resolve();
  #highest: number;
  #ended = false;
  #droppedEnd = false;
  /** Lines that are not on disk yet because a write failed: they go before the next one. */
  #backlog = '';

  constructor(options: JournalOptions, path: string, entries: Entry[], torn: boolean) {
    this.#options = options;
    this.folder = options.folder;
    this.path = path;
    this.entries = entries;
    this.redact = options.redact;
    this.#highest = entries.reduce((highest, { seq }) => Math.max(highest, seq), 0);
    if (torn) this.#backlog = '\n';
  }

  get shown(): readonly Entry[] {
    return this.entries.map((entry) => redactEntry(entry, this.#options.redact));
  }

  append(body: EntryBody): Promise<Entry> {
    const done = this.#queue.then(() => this.#write(body));
    this.#queue = done.catch(() => {});
    return done;
  }

  async record(body: EntryBody): Promise<void> {
    try {
      await this.append(body);
    } catch (error) {
      if (!(error instanceof ChaosError)) throw error;
    }
  }

  async keepRoom(): Promise<void> {
    const path = `${this.folder}/${FILES.room}`;
    await guarded(path, () => this.#options.files.reserve(path, ROOM_BYTES));
  }

  async giveRoomBack(): Promise<void> {
    await this.#options.files.remove(`${this.folder}/${FILES.room}`).catch(() => {});
  }

  async keepUndo(record: UndoRecord): Promise<string> {
    const exact = JSON.parse(JSON.stringify(record)) as UndoRecord;
    await this.#keep(exact);
    return digestOf(exact);
  }

  async keepSecrets(secrets: readonly string[]): Promise<void> {
    if (secrets.length > 0) await this.#keep({ secrets });
  }

  async #keep(line: UndoRecord | { readonly secrets: readonly string[] }): Promise<void> {
    const path = `${this.folder}/${FILES.undo}`;
    // A line break first: whatever a failed write left behind stays a line of its own.
    await guarded(path, () => this.#options.files.appendDurably(path, `\n${JSON.stringify(line)}\n`, 0o600));
  }

  async #write(body: EntryBody): Promise<Entry> {
    const { clock, redact, listen } = this.#options;
    if (this.#ended)
      throw new ChaosError({ ...ENDED, what: `"${this.path}" takes no "${body.type}": the run has ended` });
    const head = {
      v: 1 as const,
      seq: ++this.#highest,
      at: new Date(clock.wallMs()).toISOString(),
    };
    const entry: Entry = { ...head, ...body };
    const shown = redactEntry(entry, redact);
    this.entries.push(entry);
    const lines = `${this.#backlog}${inertJson(shown)}\n`;
    try {
      await guarded(this.path, () => this.#put(lines, RESTORING.has(body.type)));
      this.#backlog = '';
      this.failure = undefined;
      this.#ended = body.type === 'run-ended';
    } catch (error) {
      if (error instanceof ChaosError) this.failure ??= error.problems[0];
      this.#backlog = `\n${lines.trimStart()}`;
      // Whoever ends the run can still say before its end what is missing.
      if (body.type === 'run-ended' && !this.#droppedEnd) {
        this.#droppedEnd = true;
        this.#backlog = '\n';
        this.#highest--;
        this.entries.pop();
      } else listen(shown);
      throw error;
    }
    listen(shown);
    return entry;
  }

  /** What is said of restoring takes the room that was kept, bit by bit: who fills the disk is as quick as we are. */
  async #put(lines: string, mayTakeRoom: boolean): Promise<void> {
    const { files } = this.#options;
    for (let text = lines; ; text = `\n${lines.trimStart()}`) {
      try {
        return await files.appendDurably(this.path, text, 0o600);
      } catch (error) {
        if (!mayTakeRoom || !isFull(error) || !(await files.shorten(`${this.folder}/${FILES.room}`, ROOM_STEP_BYTES)))
          throw error;
      }
    }
  }
}

/** Enough for the restoring of some hundred targets. */
const ROOM_BYTES = 256 * 1024;
const ROOM_STEP_BYTES = 8 * 1024;

/** What must be on disk so that nothing is restored twice, for a command cannot be compared with reality; and the end. */
const RESTORING: ReadonlySet<EntryBody['type']> = new Set<EntryBody['type']>([
  'reverting',
  'reverted',
  'revert-failed',
  'rollback',
  'judged',
  'recovered',
  'problem',
  'note',
  'run-ended',
]);

const ENDED = { code: 'JOURNAL_WRITE', fix: 'run the experiment again for another record' } as const;

/** Turns what a file system says into a problem that names the file. */
async function guarded<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ChaosError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    const fix = 'free some space or mend the permissions there, or name another folder in CHAOS_HOME';
    throw new ChaosError({ code: 'JOURNAL_WRITE', what: `"${path}" cannot be written: ${why}`, fix }, error);
  }
}
