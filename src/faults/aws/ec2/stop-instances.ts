import { aws } from '../../../aws/calls.ts';
import { defineFault, defineMeans, type Standing } from '../../../kernel/define.ts';
import type { ReadPort } from '../../../kernel/ports.ts';
import { flag } from '../../../kernel/schema.ts';
import { ec2Instance } from '../../../targets/aws/ec2-instance.ts';
import { attestInstance, captureInstance, type InstanceUndo } from '../../../targets/aws/instance-undo.ts';
import { readInstanceState } from '../../../targets/aws/instances.ts';

const params = {
  force: flag({ doc: 'Cut the power instead of asking the guest to shut down.' }).default(false),
};

/** Instances are stopped, and started again when the fault ends. */
export const stopInstances = defineFault({
  id: 'aws.ec2.stop-instances',
  summary: 'Stop EC2 instances, and start them again when the fault ends.',
  details:
    'Shows whether the service survives losing machines. An instance that was already stopped is left alone and stays ' +
    'stopped. Data of instance stores is lost, and a public address that is not elastic changes.',
  params,
  reversal: 'reverts',
  example: `
- name: one web server stops
  fault: aws.ec2.stop-instances
  select: { tag: { group: web }, count: 1 }
  for: 30s
`,
  manualRecovery: 'aws ec2 start-instances --instance-ids INSTANCE_ID',
  covers: ['loss of a machine', 'failed host', 'accidental stop'],
  means: {
    api: defineMeans(params)({
      target: ec2Instance,
      fidelity:
        'The guest is asked to shut down, which a failing machine does not do; "force: true" leaves it no time for that.',
      landsWithinMs: 60_000,
      restoresWithinMs: 180_000,

      capture: (instance, _params, host, signal) => captureInstance(instance, host, signal),
      steps: (_target, { force }, { instanceId, wasRunning }) =>
        wasRunning ? [aws('ec2', 'StopInstances', { InstanceIds: [instanceId], Force: force })] : [],
      restore: ({ instanceId, wasRunning }) =>
        wasRunning ? [aws('ec2', 'StartInstances', { InstanceIds: [instanceId] })] : [],
      compare,
      attest: attestInstance,
    }),
  },
});

async function compare(
  { instanceId, wasRunning }: InstanceUndo,
  host: ReadPort,
  signal: AbortSignal,
): Promise<Standing> {
  const state = await readInstanceState(instanceId, host, signal);
  if (state === undefined || state === 'terminated' || state === 'shutting-down') return { is: 'vanished' };
  if (!wasRunning || state === 'running') return { is: 'restored' };
  return { is: state === 'stopped' ? 'harmed' : 'changing' };
}
