import type { ScalingProcessQuery } from '@aws-sdk/client-auto-scaling';
import { SCALING_PROCESSES } from '../../../aws/auto-scaling.ts';
import type { Step } from '../step.ts';
import { invalid, requireGroup } from './find.ts';

/** A process that is suspended already keeps the time at which it was. */
export const suspendProcesses: Step<ScalingProcessQuery, void> = (state, input, { nowMs }) => {
  const group = requireGroup(state, input.AutoScalingGroupName);
  const asked = processesOf(input.ScalingProcesses);
  group.suspended = { ...Object.fromEntries(asked.map((process) => [process, nowMs])), ...group.suspended };
};

export const resumeProcesses: Step<ScalingProcessQuery, void> = (state, input) => {
  const group = requireGroup(state, input.AutoScalingGroupName);
  const asked = processesOf(input.ScalingProcesses);
  group.suspended = Object.fromEntries(Object.entries(group.suspended).filter(([process]) => !asked.includes(process)));
};

/** Those that are named; all of them when none is. */
function processesOf(names: readonly string[] | undefined): readonly string[] {
  if (names === undefined || names.length === 0) return SCALING_PROCESSES;
  const unknown = names.find((name) => !SCALING_PROCESSES.some((process) => process === name));
  if (unknown === undefined) return names;
  throw invalid(`"${unknown}" is no scaling process; the processes are ${SCALING_PROCESSES.join(', ')}.`);
}
