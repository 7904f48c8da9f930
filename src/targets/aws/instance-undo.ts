import type { Attestation } from '../../kernel/define.ts';
import type { ReadPort } from '../../kernel/ports.ts';
import { answering, attestSilence, type Dialable } from '../dial.ts';
import type { Ec2Instance } from './ec2-instance.ts';
import { readInstanceState } from './instances.ts';

/** How an instance stood before a fault: what stopping and terminating it have in common. */
export type InstanceUndo = {
  readonly instanceId: string;
  readonly name: string;
  readonly wasRunning: boolean;
  /** Where it answered at the data plane; null when it did not, or when the account has none. */
  readonly answered: Dialable | null;
};

/** Reads how the instance stands. One that is just starting counts as running: that is where it is going. */
export async function captureInstance(
  { instanceId, name }: Ec2Instance,
  host: ReadPort,
  signal: AbortSignal,
): Promise<InstanceUndo> {
  const state = await readInstanceState(instanceId, host, signal);
  const wasRunning = state === 'running' || state === 'pending';
  const answered = wasRunning ? ((await answering([instanceId], host, signal))[0] ?? null) : null;
  return { instanceId, name, wasRunning, answered };
}

/** Whether the instance is out of service: it is silent at the data plane, or, without one, not running. */
export async function attestInstance(
  { instanceId, name, answered }: InstanceUndo,
  host: ReadPort,
  signal: AbortSignal,
): Promise<Attestation> {
  if (answered) return attestSilence(answered, host, signal);
  const state = (await readInstanceState(instanceId, host, signal)) ?? 'gone';
  return { bites: state !== 'running', level: 'control plane', evidence: `${name} is ${state}` };
}
