import type { Entry } from '../journal/entries.ts';
import { FILES, runIdOf } from '../journal/folder.ts';
import { type Journal, openJournal } from '../journal/journal.ts';
import { failedRollbacks, type Pending, pending, pendingRollbacks } from '../journal/pending.ts';
import { readJournal } from '../journal/read.ts';
import { readSecrets, readUndo } from '../journal/undo.ts';
import { ChaosError, type Problem } from '../kernel/errors.ts';
import type { Json } from '../kernel/json.ts';
import type { Files, Lock, WritePort } from '../kernel/ports.ts';
import { redactor } from '../kernel/redact.ts';
import { accountOf } from './account-of-run.ts';
import type { RecoverContext, RecoverRun, Recovery } from './api.ts';
import { closeByHand, closeRollbacks, isComparable, wordsOf } from './by-hand.ts';
import { type Rollback, rollbacksOf } from './commands.ts';
import { isGone } from './gone.ts';
import { harmsOf } from './harm.ts';
import { revertAll } from './revert.ts';
import { playRollbacks } from './rollbacks.ts';
import { answering, type Silence } from './silence.ts';
import { isForeign, isTrusted, shownUndo, unsealed } from './trust.ts';

/**
 * Restores what a run left harmed, from its files alone. Idempotent: it compares with reality first, may be killed at
 * any moment, and may be run again. Only one process at a time restores a run.
 * @throws ChaosError SAFETY_LEASE while the run, or another recovery of it, is alive; JOURNAL_READ when the journal is
 * missing or damaged; what `connect` throws when the account cannot be reached.
 */
export const recoverRun: RecoverRun = async (folder, context) => {
  const locks = await takeLocks(folder, context);
  try {
    return await recoverLocked(folder, context);
  } finally {
    // A full disk takes no mark that a lock is free. The end of this process frees it.
    for (const lock of locks) await lock.release().catch(() => {});
  }
};

async function recoverLocked(folder: string, context: RecoverContext): Promise<Recovery> {
  const { files, clock, listen, take, restoredByHand } = context;
  const { entries } = await readJournal(files, folder);
  const started = entries.find((entry) => entry.type === 'run-started');
  if (!started) return { runId: runIdOf(folder), restored: [], vanished: [], byHand: [], failed: [] };
  const kept = [...pending(entries), pendingRollbacks(entries)];
  const { port, unseen } = await accountOf(started, kept, folder, context);
  // First of all: what the run has written before is in the journal and in the account by now; more is refused.
  const refusals = port ? await take(port, started.runId) : [];
  const tell = (entry: Entry) => listen({ type: 'entry', entry });
  // Whoever ships a record does not choose what of its commands is hidden from whom they are shown to.
  const redact = redactor(isForeign(kept, context) ? [] : await readSecrets(files, folder));
  const journal = await openJournal({ files, clock, folder, redact, listen: tell });
  const open = pending(journal.entries);
  if (refusals.length > 0 && open.length > 0) throw new ChaosError(refusals);
  // What a command did need not live in the account: it is undone also when the account is gone.
  const vanished = port || unseen ? [] : open.filter(({ means }) => means !== 'command');
  await closeAsVanished(vanished, journal, context);
  if (unseen && restoredByHand !== undefined) await closeByHand(restoredByHand, [], journal);
  const left = unseen ? [] : open.filter((one) => !vanished.includes(one));
  await restoreAll(left, journal, port ?? context.openCommandPort(), context);
  const recovery = readRecovery(runIdOf(folder), open, journal.shown, entries.length);
  const unrecorded = await conclude(recovery, journal, port, context);
  return { ...recovery, ...(unrecorded && { unrecorded }) };
}

async function restoreAll(
  open: readonly Pending[],
  journal: Journal,
  port: WritePort,
  { files, catalog, by, seal, trustCommands, restoredByHand }: RecoverContext,
): Promise<void> {
  const records = await readUndo(files, journal.folder);
  const trust = { seal, trustCommands };
  const harms = await harmsOf(open, records, { journal, catalog, account: port.account, trust });
  const silence: Silence = {};
  const signal = new AbortController().signal;
  const context = { port: answering(port, silence), journal, by, signal, guard: async () => {}, silence };
  await revertAll(restoredByHand === undefined ? harms : harms.filter(isComparable), context);
  if (restoredByHand !== undefined) await closeByHand(restoredByHand, harms, journal);
  const left = pendingRollbacks(journal.entries);
  if (!left) return;
  const rollbacks = rollbacksOf(records.get(left.digest)?.undo ?? null);
  if (restoredByHand !== undefined) return closeRollbacks(rollbacks, left, restoredByHand, journal);
  if (rollbacks.length === 0)
    await journal.record({ type: 'rollback', number: 0, command: [], ok: false, detail: LOST });
  const unplayed = rollbacks.filter(({ number }) => !left.done.has(number));
  if (isTrusted(left, trust)) await playRollbacks(unplayed, context);
  else await refuseRollbacks(unplayed, journal);
}

/** What is told of a rollback that is not known to be this user's is what it would run, not what it says of itself. */
async function refuseRollbacks(rollbacks: readonly Rollback[], journal: Journal): Promise<void> {
  for (const { number, call } of rollbacks) {
    const { code, what, fix } = unsealed(shownUndo(call.input as Json, journal.redact), journal.folder);
    await journal.record({
      type: 'rollback',
      number,
      command: wordsOf(call),
      ok: false,
      detail: what,
      byHand: fix,
      code,
    });
  }
}

const LOST = 'undo.jsonl does not hold the rollbacks that the journal recorded; run those of the experiment by hand';

/** The very instance of the account is gone, and with it every target that stood there. */
async function closeAsVanished(open: readonly Pending[], journal: Journal, { by }: RecoverContext): Promise<void> {
  for (const { injection } of open) {
    await journal.record({ type: 'reverting', injection, by });
    await journal.record({ type: 'reverted', injection, how: 'vanished', verified: null, afterMs: 0 });
  }
}

/**
 * A run that counts as harmed, because the disk takes no word of its restoring, keeps the account for whoever recovers it.
 * @returns why it does; undefined when what was done is on disk.
 */
async function conclude(
  recovery: Recovery,
  journal: Journal,
  port: WritePort | undefined,
  { by, release }: RecoverContext,
): Promise<Problem | undefined> {
  const isClean = recovery.failed.length === 0;
  const settle = async () => {
    if (isClean && port) await releaseUnlessGone(port, () => release(port, recovery.runId));
  };
  const isBehind = journal.failure !== undefined;
  if (!isBehind) await settle();
  await recordEnd(recovery, journal, by);
  if (isBehind && journal.failure) return journal.failure;
  // All that was missing is on disk by now.
  if (isBehind) await settle();
  if (isClean) await journal.giveRoomBack();
  return undefined;
}

async function recordEnd(
  { restored, vanished, byHand, failed }: Recovery,
  journal: Journal,
  by: RecoverContext['by'],
): Promise<void> {
  const closed = restored.length + vanished.length + byHand.length;
  const said = byHand.length === 0 ? '' : `, ${byHand.length} of them by the word of ${byHand[0]?.saidBy}`;
  const who = by === 'watchdog' ? 'the watchdog' : 'chaos recover';
  const done = `${who} closed ${closed} of ${closed + failed.length} open injections${said}`;
  if (journal.entries.some(({ type }) => type === 'run-ended')) {
    if (closed > 0) await journal.record({ type: 'note', text: done });
    return;
  }
  const why = `the run ended without a verdict; ${done}`;
  const harmed = journal.entries.some(({ type }) => type === 'injecting');
  const isRestored = failed.length === 0 && byHand.length === 0;
  const targets = isRestored ? (harmed ? 'restored' : 'untouched') : 'dirty';
  await journal.record({ type: 'run-ended', outcome: isRestored ? 'aborted' : 'dirty', why, targets });
}

/** An account that has gone meanwhile has taken its lease along. */
async function releaseUnlessGone(port: WritePort, release: () => Promise<void>): Promise<void> {
  await release().catch(async (error: unknown) => {
    if (!(await isGone(port))) throw error;
  });
}

/** What the entries say about the injections that were open, and those after the first `before` of the rollbacks. */
function readRecovery(runId: string, open: readonly Pending[], entries: readonly Entry[], before: number): Recovery {
  const restored: string[] = [];
  const vanished: string[] = [];
  const byHand: Recovery['byHand'][number][] = [];
  const failed: Recovery['failed'][number][] = [];
  for (const { injection, target } of open) {
    const end = entries.findLast(
      (entry) => (entry.type === 'reverted' || entry.type === 'revert-failed') && entry.injection === injection,
    );
    if (end?.type === 'reverted' && end.how === 'by hand') byHand.push({ target, saidBy: end.saidBy ?? '' });
    else if (end?.type === 'reverted') (end.how === 'vanished' ? vanished : restored).push(target);
    if (end?.type === 'revert-failed') {
      const { why, manualRecovery, code } = end;
      failed.push({ target, why, manualRecovery, ...(code && { code }) });
    }
  }
  for (const entry of entries.slice(before)) {
    if (entry.type === 'rollback' && entry.saidBy !== undefined)
      byHand.push({ target: `rollback "${entry.command.join(' ')}"`, saidBy: entry.saidBy });
  }
  for (const rollback of failedRollbacks(entries)) {
    const { command, detail: why, byHand: manualRecovery = 'run the rollbacks of the experiment', code } = rollback;
    failed.push({ target: `rollback "${command.join(' ')}"`, why, manualRecovery, ...(code && { code }) });
  }
  return { runId, restored, vanished, byHand, failed };
}

/** Without the lock nobody may restore. @throws ChaosError JOURNAL_WRITE when it can be neither taken nor refused. */
async function lockOf(files: Files, path: string): Promise<Lock | undefined> {
  try {
    return await files.lock(path);
  } catch (error) {
    if (error instanceof ChaosError) throw error;
    const what = `"${path}", which lets one process restore at a time, cannot be taken: ${error instanceof Error ? error.message : error}`;
    throw new ChaosError({ code: 'JOURNAL_WRITE', what, fix: 'free some space or mend the permissions there' }, error);
  }
}

/** The watchdog may act while its stopped holder still lives, after saying so in a file; a person may not. */
async function takeLocks(folder: string, { files, by }: RecoverContext): Promise<Lock[]> {
  const lock = await lockOf(files, `${folder}/${FILES.lock}`);
  if (!lock) throw busy(folder, 'another process is restoring it', 'wait until it has ended, then run this again');
  if (by === 'watchdog' || (await files.read(`${folder}/${FILES.takenOver}`)) !== undefined) return [lock];
  const holder = await lockOf(files, `${folder}/${FILES.holder}`);
  if (holder) return [lock, holder];
  await lock.release();
  throw busy(
    folder,
    'it is still going on',
    `end it with "chaos abort ${runIdOf(folder)}"; it restores what it harmed`,
  );
}

const busy = (folder: string, why: string, fix: string): ChaosError =>
  new ChaosError({ code: 'SAFETY_LEASE', what: `run "${runIdOf(folder)}" cannot be recovered: ${why}`, fix });
