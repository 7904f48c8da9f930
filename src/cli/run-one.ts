import { catalog } from '../catalog/index.ts';
import type { RunControl, RunEvent } from '../engine/api.ts';
import { runExperiment } from '../engine/run.ts';
import { leavesOf } from '../engine/steps.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { ownKey, passingKey, runKey, sealWith } from '../host/key.ts';
import { warmUp } from '../host/warm.ts';
import { spawnWatchdog } from '../host/watchdog.ts';
import { FILES, newRunId, runFolder } from '../journal/folder.ts';
import type { WritePort } from '../kernel/ports.ts';
import { type RunReading, readRun } from '../report/reading.ts';
import { openAccount } from './accounts.ts';
import { busyRemark } from './busy.ts';
import { files } from './machine.ts';
import { seedFor } from './seed.ts';
import { version } from './version.ts';

/** What one run needs to know besides its experiment. */
export interface RunRequest {
  readonly home: string;
  /** What --seed says. */
  readonly seed: number | undefined;
  /** The run has its id and its folder; nothing has happened yet. */
  readonly begun: (runId: string, folder: string) => void;
  readonly say: (text: string) => void;
  readonly listen: (event: RunEvent, runId: string) => void;
}

/** A run that came to its end. */
export interface FinishedRun {
  readonly runId: string;
  readonly folder: string;
  readonly reading: RunReading;
}

/**
 * Runs one experiment on its account: opens the account, plays the engine, closes the account again.
 * @throws ChaosError when the account cannot be opened, or the user's key is not to be relied on; then nothing was touched.
 */
export async function runOne(experiment: Experiment, request: RunRequest, control: RunControl): Promise<FinishedRun> {
  const { home, seed, begun, say, listen } = request;
  const runId = newRunId(Date.now(), Math.random);
  const folder = runFolder(home, runId);
  begun(runId, folder);
  const own = await ownKey();
  // Without a place for the user's own, the run and its watchdog share one that ends with them.
  const key = await runKey(own.key ?? passingKey(), home, runId);
  const warm = warmUp();
  const account = await openAccount({ experiment, home, runId, parts: 'all', say, signal: control.abort });
  await warm;
  let isHeld = false;
  try {
    if (control.abort.aborted) throw new Error('aborted before the run began');
    if (!own.key && reachesMachine(experiment, account.port))
      say(`${own.why}: once this run and its watchdog are dead, "chaos recover ${runId}" needs --trust-commands`);
    const { entries } = await runExperiment(
      experiment,
      {
        catalog,
        port: account.port,
        files,
        home,
        runId,
        seed: seedFor(experiment, seed),
        lease: account.lease,
        watchdog: spawnWatchdog({ home, allowedHosts: account.allowedHosts, mark: FILES.takenOver, key }),
        listen: (event) => listen(event, runId),
        tool: version(),
        pid: process.pid,
        reach: account.reach,
        secrets: [...account.secrets, ...(experiment.secrets ?? [])],
        seal: sealWith(key),
      },
      control,
    );
    const reading = readRun(entries);
    isHeld = reading.end?.outcome === 'held';
    const remark = account.port.account.kind === 'aws' ? undefined : busyRemark(reading.end?.outcome);
    if (remark !== undefined) say(remark);
    return { runId, folder, reading };
  } finally {
    await account.close(!isHeld);
  }
}

/** Whether restoring it may run programs on this machine, or signal its processes: what is sealed for that very reason. */
const reachesMachine = ({ method, rollbacks }: Experiment, { account }: WritePort): boolean =>
  account.kind !== 'embedded' || rollbacks.length > 0 || leavesOf(method).some(({ step }) => step.kind === 'command');
