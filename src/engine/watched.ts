import { MethodEnd, type Run } from './run-state.ts';
import { explain } from './send.ts';

/**
 * Sees to it that somebody watches the run. A watchdog that has died, without having taken the run over, is replaced
 * once; when that fails, or the second dies too, the method ends and everything is restored while this process lives.
 */
export async function keepWatched(run: Run): Promise<void> {
  const { context, journal, method } = run;
  const { watchdog } = context;
  if (!run.watched || !watchdog.hasDied?.() || (await watchdog.tookOver()) || method.signal.aborted) return;
  const died = 'the watchdog of this run died';
  const again = journal.entries.some((entry) => entry.type === 'note' && entry.text.startsWith(died));
  const failure = again ? 'and so did the one that replaced it' : await failureOf(() => watchdog.start(journal.folder));
  if (failure === undefined) return journal.record({ type: 'note', text: `${died}; another one watches it now` });
  const fix = 'see what ends processes here, such as a lack of memory, and run it again; nothing is left unwatched';
  const problem = { code: 'HOST_TOOL', what: `${died}, ${failure}`, fix } as const;
  method.abort(new MethodEnd(died));
  await journal.record({ type: 'problem', problem });
}

const failureOf = (work: () => Promise<void>): Promise<string | undefined> =>
  work().then(
    () => undefined,
    (error: unknown) => `and no other could be started: ${explain(error)}`,
  );
