import { readdirSync, readFileSync } from 'node:fs';

/**
 * What an instance has started and let go into a session of its own, as daemons do and the servers of PostgreSQL: no signal
 * to the group of the instance reaches it. It is known by the mark that it inherited, `CHAOS_INSTANCE`, which no two instances share.
 * Linux alone shows the environment of a process; elsewhere nothing is found, and so is what wiped its environment.
 */
export function straysOf(marks: ReadonlySet<string>): readonly number[] {
  const found = marked();
  return [...marks].flatMap((mark) => found.get(mark) ?? []);
}

/** One that is being born while the others are looked at is found by the next look. */
const MOST_LOOKS = 5;

let waiting: { readonly mark: string; readonly done: () => void }[] = [];

/** Kills the strays of an instance whose process has ended. One look serves all that end at the same moment. */
export function sweep(mark: string): Promise<void> {
  return new Promise((done) => {
    if (waiting.push({ mark, done }) > 1) return;
    setImmediate(() => {
      const ended = waiting;
      waiting = [];
      const marks = new Set(ended.map((one) => one.mark));
      for (let looks = 0; looks < MOST_LOOKS; looks++) {
        const strays = straysOf(marks);
        for (const pid of strays) signalOne(pid, 'SIGKILL');
        if (strays.length === 0) break;
      }
      for (const one of ended) one.done();
    });
  });
}

/** Signals one process. That it has gone meanwhile is no error. */
export function signalOne(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

/** The processes that bear a mark, by it. */
function marked(): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (const pid of processes()) {
    const mark = markOf(pid);
    if (mark !== undefined) found.set(mark, [...(found.get(mark) ?? []), pid]);
  }
  return found;
}

let looking: Promise<ReturnType<typeof marked>> | undefined;

/** The strays of an instance. One look serves all whose strays are looked for at the same moment. */
export async function lookForStrays(mark: string): Promise<readonly number[]> {
  looking ??= new Promise((resolve) => {
    setImmediate(() => {
      looking = undefined;
      resolve(marked());
    });
  });
  return (await looking).get(mark) ?? [];
}

function processes(): readonly number[] {
  try {
    return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  } catch {
    return [];
  }
}

function markOf(pid: number): string | undefined {
  try {
    return /(?:^|\0)CHAOS_INSTANCE=([^\0]+)/.exec(readFileSync(`/proc/${pid}/environ`, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}
