import { SCALING_PROCESSES } from '../../../aws/auto-scaling.ts';
import { aws } from '../../../aws/calls.ts';
import { type Attestation, defineFault, defineMeans, type Standing } from '../../../kernel/define.ts';
import { CallError } from '../../../kernel/errors.ts';
import type { ReadPort } from '../../../kernel/ports.ts';
import { listOf, oneOf } from '../../../kernel/schema.ts';
import { autoScalingGroup } from '../../../targets/aws/auto-scaling-group.ts';
import { findGroups } from '../../../targets/aws/auto-scaling-groups.ts';

type Undo = {
  readonly group: string;
  /** Those that the fault is to suspend: asked for, and not suspended before. */
  readonly processes: readonly string[];
};

const params = {
  processes: listOf(oneOf(SCALING_PROCESSES, { doc: 'A process.' }), {
    doc: 'The processes to suspend; all of them by default.',
    min: 1,
  }).default([...SCALING_PROCESSES]),
};

/** An Auto Scaling group stops doing some of what it does by itself. */
export const suspendProcesses = defineFault({
  id: 'aws.asg.suspend',
  summary: 'Suspend processes of an Auto Scaling group, and resume them when the fault ends.',
  details:
    'Shows what happens when nothing replaces what fails: together with the loss of instances or of a zone it is the ' +
    'outage in which the control plane is lost as well. A process that was suspended before stays so. Instances that ' +
    'fail meanwhile are replaced once the processes are resumed.',
  params,
  reversal: 'reverts',
  example: `
- name: nothing is launched
  fault: aws.asg.suspend
  select: { name: batch }
  with: { processes: [Launch, ReplaceUnhealthy, AZRebalance] }
  for: 60s
`,
  manualRecovery:
    'aws autoscaling resume-processes --auto-scaling-group-name GROUP --scaling-processes PROCESSES with the ' +
    'processes that undo.jsonl holds',
  covers: ['impaired control plane', 'launches that fail', 'forgotten suspension after maintenance'],
  means: {
    api: defineMeans(params)({
      target: autoScalingGroup,
      fidelity: 'The group knows that it is suspended and says so, which one whose control plane is impaired does not.',
      landsWithinMs: 60_000,
      restoresWithinMs: 60_000,

      async capture({ name }, { processes }, host, signal): Promise<Undo> {
        const before = await suspendedIn(name, host, signal);
        if (!before) throw new CallError('GroupNotFound', `there is no Auto Scaling group "${name}" any more`);
        return { group: name, processes: processes.filter((process) => !before.includes(process)) };
      },
      steps: (_target, _params, undo) =>
        undo.processes.length > 0 ? [aws('auto-scaling', 'SuspendProcesses', inputOf(undo))] : [],
      restore: (undo) => (undo.processes.length > 0 ? [aws('auto-scaling', 'ResumeProcesses', inputOf(undo))] : []),
      compare,
      attest,
    }),
  },
});

const inputOf = ({ group, processes }: Undo) => ({
  AutoScalingGroupName: group,
  ScalingProcesses: [...processes],
});

async function compare({ group, processes }: Undo, host: ReadPort, signal: AbortSignal): Promise<Standing> {
  const now = await suspendedIn(group, host, signal);
  if (!now) return { is: 'vanished' };
  return { is: processes.some((process) => now.includes(process)) ? 'harmed' : 'restored' };
}

async function attest({ group, processes }: Undo, host: ReadPort, signal: AbortSignal): Promise<Attestation> {
  const now = await suspendedIn(group, host, signal);
  const left = processes.filter((process) => now?.includes(process));
  const evidence = now
    ? `the group "${group}" shows ${left.length} of ${processes.length} processes as suspended${left.length > 0 ? `: ${left.join(', ')}` : ''}`
    : `there is no group "${group}" any more`;
  return { bites: left.length > 0, level: 'control plane', evidence };
}

/** Which processes of a group are suspended; undefined when there is no such group. */
async function suspendedIn(name: string, host: ReadPort, signal: AbortSignal): Promise<readonly string[] | undefined> {
  const [group] = await findGroups({ name }, host, signal);
  return group && (group.SuspendedProcesses ?? []).map(({ ProcessName = '' }) => ProcessName);
}
