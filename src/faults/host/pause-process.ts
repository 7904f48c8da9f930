import { type Attestation, defineFault, defineMeans, type Standing } from '../../kernel/define.ts';
import { facility } from '../../kernel/facility.ts';
import type { ReadPort } from '../../kernel/ports.ts';
import { processCall } from '../../kernel/process.ts';
import { answering, attestSilence, type Dialable } from '../../targets/dial.ts';
import { type Process, processTarget } from '../../targets/process.ts';
import { readProcess } from '../../targets/process-undo.ts';

type Undo = {
  readonly process: Process;
  readonly wasStopped: boolean;
  /** Where its instance answered before; null when it did not, or on a machine without a data plane. */
  readonly answered: Dialable | null;
};

const params = {};

/** A process stands still: alive for the system, silent for its clients. */
export const pauseProcess = defineFault({
  id: 'host.pause-process',
  summary: 'Stop a process with SIGSTOP, and let it go on with SIGCONT when the fault ends.',
  details:
    'Shows whether clients notice a server that is alive but does not answer: a long garbage collection, a hung disk. ' +
    'Connections are still accepted by the system, so only checks that ask for an answer see it. On an account of ' +
    'kind host only a process of the caller, named by an exact pid file, can be paused.',
  params,
  reversal: 'reverts',
  example: `
- name: one web process hangs
  fault: host.pause-process
  select: { tag: { group: web }, count: 1 }
  for: 20s
`,
  manualRecovery: 'kill -CONT PID',
  covers: ['hung process', 'long garbage collection', 'grey failure', 'stalled disk'],
  means: {
    host: defineMeans(params)({
      target: processTarget,
      fidelity: 'The process really stands still; its own clock goes on, which a paused virtual machine might not see.',
      landsWithinMs: 5_000,
      restoresWithinMs: 15_000,

      async capture(target, _params, host, signal): Promise<Undo> {
        const { state } = await readProcess(target, host, signal);
        const ids = target.of === 'instance' && state === 'ready' ? [target.instanceId] : [];
        const [answered = null] = await answering(ids, host, signal);
        return { process: target, wasStopped: state === 'stopped', answered };
      },
      steps: (_target, _params, undo) => (undo.wasStopped ? [] : [signalCall(undo.process, 'SIGSTOP')]),
      restore: (undo) => (undo.wasStopped ? [] : [{ ...signalCall(undo.process, 'SIGCONT'), already: GONE }]),
      compare,
      attest,
    }),
  },
});

/** It is no longer that very process: as the machine says it, and as a region does. */
const GONE = ['NoSuchProcess', 'Refused'];

function signalCall(target: Process, signal: 'SIGSTOP' | 'SIGCONT') {
  const { pid, startTime } = target;
  return target.of === 'instance'
    ? facility('SignalProcess', { instanceId: target.instanceId, pid, startTime, signal })
    : processCall('Signal', { pid, startTime, signal });
}

async function compare(undo: Undo, host: ReadPort, signal: AbortSignal): Promise<Standing> {
  const { same, state } = await readProcess(undo.process, host, signal);
  if (!same) return { is: 'vanished' };
  return { is: state === 'stopped' && !undo.wasStopped ? 'harmed' : 'restored' };
}

/** An instance must be silent at the data plane; of this machine, the system must say that the process is stopped. */
async function attest({ process: target, answered }: Undo, host: ReadPort, signal: AbortSignal): Promise<Attestation> {
  if (answered) return attestSilence(answered, host, signal);
  const { same, state } = await readProcess(target, host, signal);
  const evidence = same ? `process ${target.pid} is ${state}` : `process ${target.pid} is gone`;
  return { bites: same && state === 'stopped', level: 'data plane', evidence };
}
