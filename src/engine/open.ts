import type { Experiment } from '../experiment/experiment.ts';
import { FILES, runFolder } from '../journal/folder.ts';
import { type Journal, openJournal } from '../journal/journal.ts';
import type { Lock } from '../kernel/ports.ts';
import { redactor } from '../kernel/redact.ts';
import type { RunContext, RunControl } from './api.ts';
import { MethodEnd, type Run } from './run-state.ts';
import { Sampler } from './sampler.ts';
import { type Guard, readingPort } from './send.ts';
import { TakenOver } from './taken-over.ts';

/** Prepares a run: its folder, its journal, what it measures with, and how it can be ended. */
export async function open(
  experiment: Experiment,
  context: RunContext,
  control: RunControl,
): Promise<{ run: Run; close: () => Promise<void> }> {
  const { port, files, home, runId, listen, catalog } = context;
  const { clock } = port;
  const folder = runFolder(home, runId);
  const redact = redactor(context.secrets);
  const journal = await openJournal({
    files,
    clock,
    folder,
    redact,
    listen: (entry) => listen({ type: 'entry', entry }),
  });
  // Where the disk takes no lock, it takes no journal either, and the first append says so.
  const holder = await files.lock(`${folder}/${FILES.holder}`).catch(() => NO_LOCK);
  for (const name of [FILES.holder, FILES.lock]) await files.reserveLock(`${folder}/${name}`).catch(() => {});
  const host = readingPort(port);
  const run: Run = {
    experiment,
    context,
    control,
    clock,
    host,
    journal,
    redact,
    sampler: await Sampler.open({ catalog, host, files, folder, redact }),
    records: new Map(),
    method: new AbortController(),
    gone: new AbortController(),
    methodOver: new AbortController(),
    sampling: new AbortController(),
    guard: guardOf(context),
    late: new Set(),
    inPlace: new Map(),
    triedMs: new Map(),
    startedMs: clock.nowMs(),
    silence: {},
    expectedEndMs: clock.nowMs(),
    endsAtMs: clock.nowMs(),
    phase: 'baseline',
    alone: holder !== undefined,
    leased: false,
    watched: false,
  };
  const forget = obey(control, run.method, journal);
  const close = async () => {
    forget();
    // A full disk takes no mark that the lock is free. The end of this process frees it.
    await holder?.release().catch(() => {});
  };
  return { run, close };
}

const NO_LOCK: Lock = { release: async () => {} };

/** Once the watchdog has taken over, it has for good. */
function guardOf({ watchdog }: RunContext): Guard {
  let takenOver = false;
  return async () => {
    takenOver ||= await watchdog.tookOver();
    if (takenOver) throw new TakenOver();
  };
}

/** A request to abort is written down and ends the method; so does one to leave. @returns how to stop obeying. */
function obey({ abort, leave }: RunControl, method: AbortController, journal: Journal): () => void {
  const onAbort = () => {
    const asked = abort.aborted ? abort.reason : leave.reason;
    const by = typeof asked === 'string' ? asked : 'a signal';
    if (!journal.entries.some(({ type }) => type === 'abort-requested'))
      void journal.record({ type: 'abort-requested', by });
    method.abort(new MethodEnd('the run was aborted'));
  };
  if (abort.aborted || leave.aborted) onAbort();
  abort.addEventListener('abort', onAbort, { once: true });
  leave.addEventListener('abort', onAbort, { once: true });
  return () => {
    abort.removeEventListener('abort', onAbort);
    leave.removeEventListener('abort', onAbort);
  };
}
