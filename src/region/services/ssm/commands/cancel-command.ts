import type { CancelCommandRequest, CancelCommandResult } from '@aws-sdk/client-ssm';
import type { Step } from '../../step.ts';
import { end } from './deliver.ts';
import { commandsNamed } from './list-commands.ts';
import { isEnded } from './status.ts';

/** Takes back what was not delivered and stops what runs, in all instances or in those that are named. */
export const cancelCommand: Step<CancelCommandRequest, CancelCommandResult> = (state, input, { nowMs }) => {
  const ids = input.InstanceIds ?? [];
  for (const command of commandsNamed(state, input.CommandId ?? '')) {
    const open = command.invocations.filter((one) => !isEnded(one));
    const named = open.filter(({ instanceId }) => ids.length === 0 || ids.includes(instanceId));
    for (const invocation of named) end(invocation, 'Cancelled', nowMs);
    if (named.length > 0 && named.length === open.length) command.cancelled = true;
  }
  return {};
};
