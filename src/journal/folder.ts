/** Where the record of a run lies: `<home>/runs/<runId>/`. */

export const runsFolder = (home: string): string => `${home}/runs`;
export const runFolder = (home: string, runId: string): string => `${home}/runs/${runId}`;
export const runIdOf = (folder: string): string => folder.replace(/\/+$/, '').split('/').at(-1) ?? '';

/** The files of a run's folder. */
export const FILES = {
  journal: 'journal.jsonl',
  /** The exact undo of every injection; readable by its owner alone, because pre-images may hold secrets. */
  undo: 'undo.jsonl',
  /** Nothing but room, which the journal takes while it tells of restoring on a disk that is full. */
  room: 'room',
  samples: 'samples.jsonl',
  /** Held by whoever restores what a dead run left: the watchdog or `recover`, never both. */
  lock: 'run.lock',
  /** Held by the run itself for as long as it lives. */
  holder: 'holder.lock',
  /** Written by the watchdog before it touches the account: from then on the run must not. */
  takenOver: 'taken-over',
  watchdogLog: 'watchdog.log',
} as const;

/**
 * A short id that sorts by time, such as `20261121-114902-3f9a`: UTC, and four digits that keep runs of the same second
 * apart. `random` yields numbers from 0 up to 1.
 */
export function newRunId(wallMs: number, random: () => number): string {
  const stamp = new Date(wallMs).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  const tail = Math.floor(random() * 0x10000)
    .toString(16)
    .padStart(4, '0');
  return `${stamp}-${tail}`;
}
