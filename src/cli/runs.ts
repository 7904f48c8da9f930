import type { Entry } from '../journal/entries.ts';
import { FILES, runFolder, runsFolder } from '../journal/folder.ts';
import { readJournal } from '../journal/read.ts';
import { ChaosError, type Problem } from '../kernel/errors.ts';
import type { Files } from '../kernel/ports.ts';
import { nearest } from '../kernel/suggest.ts';
import { harmedOf } from '../report/injections.ts';
import { type RunReading, readRun } from '../report/reading.ts';

/** A run that is recorded here. */
export interface RecordedRun {
  readonly runId: string;
  readonly folder: string;
  readonly entries: readonly Entry[];
  readonly reading: RunReading;
  /** Whether the process of the run is alive. */
  readonly isAlive: boolean;
  /** Targets that may still be harmed, and rollbacks that did not succeed. Empty while the run goes on. */
  readonly harmed: readonly string[];
}

/** A run whose record is damaged: nobody can tell what it left. */
export interface UnreadableRun {
  readonly runId: string;
  readonly problems: readonly Problem[];
}

export interface RecordedRuns {
  readonly runs: readonly RecordedRun[];
  readonly unreadable: readonly UnreadableRun[];
}

/** Every run that is recorded here, the newest first. One that was ended before its first entry has harmed nothing. */
export async function listRuns(home: string, files: Files): Promise<RecordedRuns> {
  const runs: RecordedRun[] = [];
  const unreadable: UnreadableRun[] = [];
  for (const runId of (await idsOf(home, files)).toReversed()) {
    try {
      const run = await readRecorded(home, files, runId);
      if (run.entries.length > 0) runs.push(run);
    } catch (error) {
      if (await isRecorded(files, runFolder(home, runId)))
        unreadable.push({ runId, problems: problemsOf(error, runId) });
    }
  }
  return { runs, unreadable };
}

/** What kept one run from being looked after, told beside what became of the others. */
export function problemsOf(error: unknown, runId: string): readonly Problem[] {
  if (error instanceof ChaosError) return error.problems;
  const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const fix = `report it with what "chaos recover ${runId}" prints; what that run left harmed is not known`;
  return [{ code: 'BUG', what: `run ${runId} cannot be looked after: ${why}`, fix }];
}

/** Whether there is anything of a run in its folder; also where that cannot be told. */
const isRecorded = async (files: Files, folder: string): Promise<boolean> => {
  const has = (name: string) => files.read(`${folder}/${name}`).then((text) => text !== undefined, always);
  return (await has(FILES.journal)) || has(FILES.undo);
};
const always = () => true;

/**
 * The run of that id, of which a beginning suffices; "last" is the newest.
 * @throws ChaosError RUN_UNKNOWN, or JOURNAL_READ when its journal is damaged.
 */
export async function findRun(home: string, files: Files, asked: string): Promise<RecordedRun> {
  const ids = await idsOf(home, files);
  const last = ids.at(-1);
  if (asked === 'last' && last !== undefined) return readRecorded(home, files, last);
  const [match, ...others] = ids.includes(asked) ? [asked] : ids.filter((id) => asked !== '' && id.startsWith(asked));
  if (match !== undefined && others.length === 0) return readRecorded(home, files, match);
  const near = nearest(asked, ids);
  throw new ChaosError({
    code: 'RUN_UNKNOWN',
    what: match === undefined ? `no run "${asked}" is recorded here` : `"${asked}" is the beginning of several runs`,
    fix:
      match !== undefined
        ? `write one of: ${[match, ...others].join(', ')}`
        : near !== undefined
          ? `did you mean "${near}"?`
          : `"chaos journal list" shows the runs in ${home}; CHAOS_HOME says where to look`,
  });
}

/** Whoever made the folder, its name may be pasted into a shell as it is. */
const idsOf = async (home: string, files: Files): Promise<readonly string[]> =>
  (await files.list(runsFolder(home))).filter((name) => /^\w[\w.-]*$/.test(name));

/** A dead run that has not said that everything is restored, the rollbacks of its author included. */
export const needsRecovery = ({ isAlive, harmed, reading }: RecordedRun): boolean =>
  !isAlive && (harmed.length > 0 || reading.end === undefined);

async function readRecorded(home: string, files: Files, runId: string): Promise<RecordedRun> {
  const folder = runFolder(home, runId);
  const { entries } = await readJournal(files, folder).catch((error: NodeJS.ErrnoException) => {
    throw error.syscall === undefined ? error : barred(folder, error);
  });
  const hasEnded = entries.some(({ type }) => type === 'run-ended');
  const isAlive = !hasEnded && (await files.isLocked(`${folder}/${FILES.holder}`));
  const reading = { ...readRun(entries, isAlive), runId };
  return { runId, folder, entries, reading, isAlive, harmed: isAlive ? [] : openOf(reading) };
}

const barred = (folder: string, error: Error): ChaosError =>
  new ChaosError(
    {
      code: 'JOURNAL_READ',
      what: `the record of a run in "${folder}" cannot be read: ${error.message}`,
      fix: 'make its files readable for yourself, then run this again',
    },
    error,
  );

/**
 * What a run that no longer holds its account left undone: targets that may still be harmed, and rollbacks that did not
 * succeed. Undefined when its record cannot be read.
 */
export async function leftOpen(home: string, files: Files, runId: string): Promise<readonly string[] | undefined> {
  try {
    const { entries } = await readJournal(files, runFolder(home, runId));
    return entries.length === 0 ? undefined : openOf(readRun(entries));
  } catch {
    return undefined;
  }
}

const openOf = ({ injections, openRollbacks }: RunReading): readonly string[] => [
  ...harmedOf(injections).map(({ target }) => target),
  ...openRollbacks.map(({ what }) => what),
];
