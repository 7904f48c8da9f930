import type { Attestation } from '../kernel/define.ts';
import { facility, type ProcessFacts } from '../kernel/facility.ts';
import type { ReadPort } from '../kernel/ports.ts';
import { processCall } from '../kernel/process.ts';
import type { Process } from './process.ts';

/** How the very process stands, or the one that has its place. `none`: nothing runs there. */
export interface ProcessReading {
  readonly same: boolean;
  readonly state: 'ready' | 'starting' | 'stopped' | 'none';
  readonly pid: number | undefined;
}

/** Reads the process of an instance, or of this machine, and whether it is still that one. */
export async function readProcess(target: Process, host: ReadPort, signal: AbortSignal): Promise<ProcessReading> {
  if (target.of === 'instance') {
    const facts = await processOfInstance(target.instanceId, host, signal);
    if (facts?.pid === undefined) return { same: false, state: 'none', pid: undefined };
    const same = facts.pid === target.pid && facts.startTime === target.startTime;
    return { same, state: STATES[facts.state], pid: facts.pid };
  }
  const { pid, startTime, pidFile } = target;
  const { process: itself } = await host.read(processCall('DescribeProcess', { pid, startTime }), signal);
  if (itself) return { same: true, state: itself.stopped ? 'stopped' : 'ready', pid };
  const { process: heir } = await host.read(processCall('DescribePidFile', { pidFile }), signal);
  return { same: false, state: !heir ? 'none' : heir.stopped ? 'stopped' : 'ready', pid: heir?.pid };
}

/** The process of an instance; undefined when the region knows no such instance. */
export async function processOfInstance(
  instanceId: string,
  host: ReadPort,
  signal: AbortSignal,
): Promise<ProcessFacts | undefined> {
  const { processes } = await host.read(facility('DescribeProcesses', {}), signal);
  return processes.find((facts) => facts.instanceId === instanceId);
}

/** Whether the very process is gone. */
export async function attestGone(target: Process, host: ReadPort, signal: AbortSignal): Promise<Attestation> {
  const { same, pid, state } = await readProcess(target, host, signal);
  const heir = pid === undefined ? 'nothing has its place' : `process ${pid} (${state}) has its place`;
  const evidence = same ? `process ${target.pid} of ${target.name} lives` : `process ${target.pid} is gone; ${heir}`;
  return { bites: !same, level: 'data plane', evidence };
}

const STATES = {
  ready: 'ready',
  starting: 'starting',
  'stopped-by-signal': 'stopped',
  exited: 'none',
  none: 'none',
} as const;
