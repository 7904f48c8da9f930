import { aws } from '../../../aws/calls.ts';
import { defineFault, defineMeans, type Standing } from '../../../kernel/define.ts';
import type { ReadPort } from '../../../kernel/ports.ts';
import { ec2Instance } from '../../../targets/aws/ec2-instance.ts';
import { attestInstance, captureInstance, type InstanceUndo } from '../../../targets/aws/instance-undo.ts';
import { readInstanceState } from '../../../targets/aws/instances.ts';

const params = {};

/** Instances are terminated: nothing brings them back. */
export const terminateInstances = defineFault({
  id: 'aws.ec2.terminate-instances',
  summary: 'Terminate EC2 instances for good.',
  details:
    'Shows whether something else replaces a lost machine, such as a group that keeps its size. The instance and its ' +
    'volumes do not come back, so the experiment must say "allowPermanent: true".',
  params,
  reversal: 'permanent',
  example: `
- name: one web server is lost for good
  fault: aws.ec2.terminate-instances
  select: { tag: { group: web }, count: 1 }
`,
  manualRecovery:
    'A terminated instance cannot be brought back. Launch another from its image or template: ' +
    'aws ec2 run-instances --launch-template LaunchTemplateId=TEMPLATE_ID',
  covers: ['loss of a machine for good', 'spot interruption', 'accidental termination'],
  means: {
    api: defineMeans(params)({
      target: ec2Instance,
      fidelity: 'The guest is asked to shut down first, which a failing machine does not do.',
      landsWithinMs: 60_000,
      restoresWithinMs: 0,

      capture: (instance, _params, host, signal) => captureInstance(instance, host, signal),
      steps: (_target, _params, { instanceId }) => [
        aws('ec2', 'TerminateInstances', { InstanceIds: [instanceId] }, ['InvalidInstanceID.NotFound']),
      ],
      restore: () => [],
      compare,
      attest: attestInstance,
    }),
  },
});

async function compare({ instanceId }: InstanceUndo, host: ReadPort, signal: AbortSignal): Promise<Standing> {
  const state = await readInstanceState(instanceId, host, signal);
  const gone = state === undefined || state === 'terminated' || state === 'shutting-down';
  return { is: gone ? 'vanished' : 'restored' };
}
