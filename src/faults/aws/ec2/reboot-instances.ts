import { aws } from '../../../aws/calls.ts';
import { type Attestation, defineFault, defineMeans, type Standing } from '../../../kernel/define.ts';
import type { ReadPort } from '../../../kernel/ports.ts';
import { type Ec2Instance, ec2Instance } from '../../../targets/aws/ec2-instance.ts';
import { readInstanceState, readStatusCheck } from '../../../targets/aws/instances.ts';
import { processOfInstance } from '../../../targets/process-undo.ts';

type Undo = {
  readonly instanceId: string;
  readonly name: string;
  readonly wasRunning: boolean;
  /** The process before the reboot, on an embedded region. */
  readonly before: { readonly pid: number; readonly startTime: string } | null;
};

const params = {};

/** Instances restart; EC2 calls them `running` all the while. */
export const rebootInstances = defineFault({
  id: 'aws.ec2.reboot-instances',
  summary: 'Reboot EC2 instances; they come back by themselves.',
  details:
    'Shows whether the service rides out a machine that is away for the time of a boot and returns with the same id ' +
    'and address. EC2 reports it as running throughout; only its checks notice.',
  params,
  reversal: 'self-heals',
  example: `
- name: one web server reboots
  fault: aws.ec2.reboot-instances
  select: { tag: { group: web }, count: 1 }
`,
  manualRecovery: 'If it does not come back: aws ec2 reboot-instances --instance-ids INSTANCE_ID',
  covers: ['reboot of a machine', 'kernel panic with restart', 'host maintenance'],
  means: {
    api: defineMeans(params)({
      target: ec2Instance,
      fidelity: 'The guest is asked to restart; EC2 forces it after four minutes, a crash would not ask.',
      landsWithinMs: 60_000,
      restoresWithinMs: 300_000,

      capture,
      steps: (_target, _params, { instanceId, wasRunning }) =>
        wasRunning ? [aws('ec2', 'RebootInstances', { InstanceIds: [instanceId] })] : [],
      restore: () => [],
      compare,
      attest,
    }),
  },
});

async function capture({ instanceId, name }: Ec2Instance, _params: object, host: ReadPort, signal: AbortSignal) {
  const wasRunning = (await readInstanceState(instanceId, host, signal)) === 'running';
  const facts = host.account.kind === 'embedded' ? await processOfInstance(instanceId, host, signal) : undefined;
  const known = facts?.pid !== undefined && facts.startTime !== undefined;
  const undo: Undo = {
    instanceId,
    name,
    wasRunning,
    before: known ? { pid: facts.pid, startTime: facts.startTime } : null,
  };
  return undo;
}

async function compare({ instanceId, wasRunning, before }: Undo, host: ReadPort, signal: AbortSignal) {
  const standing = (is: Exclude<Standing['is'], 'changed'>): Standing => ({ is });
  const state = await readInstanceState(instanceId, host, signal);
  if (state === undefined || state === 'terminated' || state === 'shutting-down') return standing('vanished');
  if (!wasRunning || state === 'stopped' || state === 'stopping') return standing('restored');
  if (before === null) {
    const check = await readStatusCheck(instanceId, host, signal);
    return standing(check === 'initializing' || check === 'impaired' ? 'changing' : 'restored');
  }
  const facts = await processOfInstance(instanceId, host, signal);
  return standing(facts?.state === 'ready' ? 'restored' : 'changing');
}

/** Proved by the process: another one has its place, or none. Elsewhere the status check must have left `ok`. */
async function attest({ instanceId, name, before }: Undo, host: ReadPort, signal: AbortSignal): Promise<Attestation> {
  if (before === null) {
    const check = (await readStatusCheck(instanceId, host, signal)) ?? 'unknown';
    return { bites: check !== 'ok', level: 'control plane', evidence: `the status check of ${name} is ${check}` };
  }
  const facts = await processOfInstance(instanceId, host, signal);
  const bites = facts?.pid !== before.pid || facts.startTime !== before.startTime;
  const now = facts?.pid === undefined ? 'none yet' : `process ${facts.pid}, ${facts.state}`;
  const evidence = bites
    ? `process ${before.pid} of ${name} is gone; in its place: ${now}`
    : `${name} still runs process ${before.pid}`;
  return { bites, level: 'data plane', evidence };
}
