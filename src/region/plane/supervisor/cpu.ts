import { describeProcesses } from './identity.ts';

/** How busy the processes of instances are. */
export interface CpuMeter {
  /**
   * The share of one processor that each process has used since it was asked for last, in percent, at most 100. Left out
   * are those that it sees for the first time, and all where the system does not tell.
   */
  take(processes: readonly Watched[]): Promise<readonly { readonly instanceId: string; readonly percent: number }[]>;
}

interface Watched {
  readonly instanceId: string;
  readonly pid: number;
}

export function createCpuMeter(nowMs: () => number): CpuMeter {
  let known = new Map<string, { readonly cpuMs: number; readonly atMs: number }>();
  return {
    async take(processes) {
      const facts = await describeProcesses(processes.map(({ pid }) => pid));
      const atMs = nowMs();
      const before = known;
      known = new Map();
      return processes.flatMap(({ instanceId, pid }) => {
        const { cpuMs, startTime } = facts.get(pid) ?? {};
        if (cpuMs === undefined) return [];
        const key = `${pid} ${startTime}`;
        known.set(key, { cpuMs, atMs });
        const last = before.get(key);
        if (!last || atMs <= last.atMs) return [];
        const percent = ((cpuMs - last.cpuMs) / (atMs - last.atMs)) * 100;
        return [{ instanceId, percent: Math.min(100, Math.max(0, percent)) }];
      });
    },
  };
}
