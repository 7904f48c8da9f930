import { defineFault, defineMeans, type Standing } from '../../kernel/define.ts';
import { facility } from '../../kernel/facility.ts';
import type { ReadPort } from '../../kernel/ports.ts';
import { processCall } from '../../kernel/process.ts';
import { type Process, processTarget } from '../../targets/process.ts';
import { attestGone, readProcess } from '../../targets/process-undo.ts';

const params = {};
/** It is no longer that very process: as the machine says it, and as a region does. */
const GONE = ['NoSuchProcess', 'Refused'];

/** A process is killed without warning; whatever supervises it is expected to start another. */
export const killProcess = defineFault({
  id: 'host.kill-process',
  summary: 'Kill a process with SIGKILL; its supervisor is expected to start another.',
  details:
    'Shows whether the service rides out a crash. The process gets no chance to finish its work. Nothing is restored ' +
    'by this program: the run waits, within bounds, until another process has the place, and says so if none comes. ' +
    'On an account of kind host only a process of the caller, named by an exact pid file, can be killed.',
  params,
  reversal: 'self-heals',
  example: `
- name: one web process crashes
  fault: host.kill-process
  select: { tag: { group: web }, count: 1 }
`,
  manualRecovery: 'Start the process again with its own supervisor, such as: systemctl restart SERVICE',
  covers: ['crash of a process', 'out-of-memory kill', 'failed deployment of one instance'],
  means: {
    host: defineMeans(params)({
      target: processTarget,
      fidelity: 'The process really dies; the system closes its connections, which a crash of the machine would not.',
      landsWithinMs: 5_000,
      restoresWithinMs: 120_000,

      capture: async (target) => target,
      steps: (_target, _params, undo) => [killCall(undo)],
      restore: () => [],
      compare,
      attest: attestGone,
    }),
  },
});

function killCall(target: Process) {
  const { pid, startTime } = target;
  const call =
    target.of === 'instance'
      ? facility('SignalProcess', { instanceId: target.instanceId, pid, startTime, signal: 'SIGKILL' })
      : processCall('Signal', { pid, startTime, signal: 'SIGKILL' });
  return { ...call, already: GONE };
}

async function compare(undo: Process, host: ReadPort, signal: AbortSignal): Promise<Standing> {
  const { state, same } = await readProcess(undo, host, signal);
  return { is: state === 'ready' || (same && state !== 'none') ? 'restored' : 'changing' };
}
