/** How many moments of a run are tried: a few here, twenty where there is time. */
export const MOMENTS = Number(process.env.CHAOS_DEATHS ?? 2);

/** A run of some seconds on a region of a few small instances. */
export const EXPERIMENT = 'test/e2e/experiments/dark-zone.yaml';

/** Kills it; one that has just ended by itself is as dead. */
export function strike(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
