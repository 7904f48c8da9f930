import { setTimeout as sleep } from 'node:timers/promises';
import type { PlaneRequests } from '../../contract.ts';
import { describeProcesses } from './identity.ts';
import type { Unit } from './unit.ts';

const LOOK_AGAIN_MS = 5;
const MOST_LOOKS = 50;

/**
 * Signals the process of a unit, if it is the very process that was named; says why not otherwise. The system stops and
 * continues a process a moment after the signal: this resolves when that can be seen.
 */
export async function signalUnit(
  unit: Unit | undefined,
  { instanceId, pid, startTime, signal }: PlaneRequests['signal'][0],
  look: () => Promise<void>,
): Promise<{ refused?: string }> {
  const process = unit?.process;
  const fact = (await describeProcesses([pid])).get(pid);
  if (process?.pid !== pid || fact?.startTime !== startTime) {
    return { refused: `Instance "${instanceId}" has no process ${pid} that started at ${startTime}.` };
  }
  process.signal(signal);
  for (let looks = 0; looks < MOST_LOOKS && signal !== 'SIGKILL'; looks++) {
    await look();
    if (unit?.stopped === (signal === 'SIGSTOP')) break;
    await sleep(LOOK_AGAIN_MS);
  }
  return {};
}

/** Whether a process is stopped by a signal nobody tells: it has to be looked at. The units of which that has changed. */
export async function findStopped(units: readonly Unit[]): Promise<readonly Unit[]> {
  const facts = await describeProcesses(units.flatMap(({ process }) => process?.pid ?? []));
  return units.filter((unit) => {
    const fact = unit.process && facts.get(unit.process.pid);
    if (!fact || fact.stopped === unit.stopped) return false;
    unit.stopped = fact.stopped;
    return true;
  });
}
