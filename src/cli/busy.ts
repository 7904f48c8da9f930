import { availableParallelism, loadavg } from 'node:os';
import type { Outcome } from '../kernel/outcome.ts';

/** Ends that a busy machine can bring about all by itself. */
const BLAMED: readonly Outcome[] = ['unsteady', 'deviated', 'inconclusive', 'stopped'];
/** So many programs that wait for each processor make what is measured on it doubtful. */
const BUSY = 2;

/** Says that this machine had more to do than it could while a run came to such an end; undefined when it had not. */
export function busyRemark(
  outcome: Outcome | undefined,
  load = loadavg()[0] ?? 0,
  cores = availableParallelism(),
): string | undefined {
  if (outcome === undefined || !BLAMED.includes(outcome) || load < BUSY * cores) return undefined;
  return `this machine was busy meanwhile (load ${load.toFixed(1)} on ${cores} cores): it may have been what was slow`;
}
