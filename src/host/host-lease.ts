import { mkdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ChaosError, type Problem } from '../kernel/errors.ts';
import type { Lease, Lock } from '../kernel/ports.ts';
import { liveFiles } from './files.ts';
import { type EarlierRun, heldBy, type LeaseOptions, leftBy } from './lease.ts';
import { userId } from './user-name.ts';

/** Who had the machine last, until the run has given it back. */
type Note = EarlierRun & { readonly purpose: string; readonly pid: number };

/**
 * The lease of this machine for this user: a lock that its holder's death releases, and beside it a note of the run, by
 * which the next one learns whether that run left something harmed.
 */
export function openHostLease({ runId, home, pendingOf }: LeaseOptions, folder = runtimeFolder()): Lease {
  const files = liveFiles();
  const noteFile = path.join(folder, 'holder.json');
  const readNote = async () => {
    const text = await files.read(noteFile);
    return text === undefined ? undefined : parseNote(text);
  };
  let lock: Lock | undefined;
  const acquire = async (purpose: string): Promise<readonly Problem[]> => {
    await makePrivate(folder);
    lock ??= await files.lock(path.join(folder, 'lease'));
    const note = await readNote();
    if (!lock)
      return [
        heldBy(
          note && note !== 'damaged'
            ? `run ${note.runId} (pid ${note.pid}, ${note.purpose}) holds this machine`
            : 'another run holds this machine',
          note === 'damaged' ? undefined : note,
        ),
      ];
    const problems =
      note === 'damaged'
        ? [damaged(noteFile)]
        : note && note.runId !== runId
          ? leftBy(note, await pendingOf(note), `remove "${noteFile}" to give it up`)
          : [];
    if (problems.length > 0) {
      await lock.release();
      lock = undefined;
      return problems;
    }
    await files.replace(noteFile, JSON.stringify({ runId, purpose, home, pid: process.pid } satisfies Note), 0o600);
    return [];
  };
  return {
    acquire: (purpose) => onDisk(folder, () => acquire(purpose)),
    renew: async () => undefined,
    async release() {
      await makePrivate(folder);
      // Whoever restored a run that died gives back what that run held.
      lock ??= await files.lock(path.join(folder, 'lease'));
      if (!lock) return;
      const note = await readNote();
      if (note !== 'damaged' && note?.runId === runId) await files.remove(noteFile);
      await lock.release();
      lock = undefined;
    },
  };
}

function parseNote(text: string): Note | 'damaged' {
  try {
    return JSON.parse(text) as Note;
  } catch {
    return 'damaged';
  }
}

const damaged = (noteFile: string): Problem => ({
  code: 'SAFETY_DIRTY',
  what: `"${noteFile}" is damaged, so nobody can tell whether the last run on this machine left something harmed`,
  fix: `recover what "chaos status" lists, then remove "${noteFile}"`,
});

/** A folder of the user's own that does not outlive the boot, if the system has one. */
function runtimeFolder(): string {
  const { XDG_RUNTIME_DIR } = process.env;
  if (XDG_RUNTIME_DIR) return path.join(XDG_RUNTIME_DIR, 'chaos');
  return path.join(tmpdir(), `chaos-${userId()}`);
}

/** What the system says of the folder (full, read-only, missing) keeps the run out, and is told with what to do. */
async function onDisk<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (code === undefined || syscall === undefined) throw error;
    throw new ChaosError({
      code: 'ACCOUNT_UNAVAILABLE',
      what: `"${folder}", where runs on this machine exclude each other, cannot be used: ${syscall} failed with ${code}`,
      fix: 'make room and give yourself permission there, or set XDG_RUNTIME_DIR to a folder of your own that exists',
    });
  }
}

/**
 * In a folder that everybody may write to, somebody else could have made ours first. The folder around it must exist:
 * made with what leads to it, as Node does, it would be tried for ever below a place like /proc.
 */
async function makePrivate(folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const { uid, mode } = await stat(folder);
  if (uid === userId() && (mode & 0o022) === 0) return;
  throw new ChaosError({
    code: 'SAFETY_ACCOUNT',
    what: `"${folder}" can be written by somebody else, so it cannot say who holds this machine`,
    fix: `remove it, or set XDG_RUNTIME_DIR to a folder of your own`,
  });
}
