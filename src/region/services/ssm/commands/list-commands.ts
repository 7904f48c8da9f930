import type {
  CommandFilter,
  GetCommandInvocationRequest,
  GetCommandInvocationResult,
  ListCommandInvocationsRequest,
  ListCommandInvocationsResult,
  ListCommandsRequest,
  ListCommandsResult,
} from '@aws-sdk/client-ssm';
import { Fault } from '../../fault.ts';
import type { RegionState } from '../../state.ts';
import type { Step } from '../../step.ts';
import { invalid, pageOf } from '../check.ts';
import type { Command } from '../ssm-state.ts';
import { PLUGIN } from './documents.ts';
import { statusOf, statusOfCommand } from './status.ts';
import { commandView, invocationView, outputView } from './views.ts';

/** The commands, the latest first. */
export const listCommands: Step<ListCommandsRequest, ListCommandsResult> = (state, input) => {
  const { InstanceId: instanceId, Filters: filters = [] } = input;
  const found = commandsNamed(state, input.CommandId).filter(
    (command) =>
      (instanceId === undefined || command.invocations.some((one) => one.instanceId === instanceId)) &&
      filters.every((filter) => isMet(filter, command, statusOfCommand(command).status)),
  );
  const { items, more } = pageOf(found.toReversed(), input, 50);
  return { Commands: items.map(commandView), ...more };
};

/** What became of commands in each instance, the latest first. */
export const listCommandInvocations: Step<ListCommandInvocationsRequest, ListCommandInvocationsResult> = (
  state,
  input,
) => {
  const { InstanceId: instanceId, Filters: filters = [], Details: details = false } = input;
  const found = commandsNamed(state, input.CommandId)
    .toReversed()
    .flatMap((command) =>
      command.invocations
        .filter((one) => instanceId === undefined || one.instanceId === instanceId)
        .filter((one) => filters.every((filter) => isMet(filter, command, statusOf(one))))
        .map((invocation) => ({ command, invocation })),
    );
  const { items, more } = pageOf(found, input, 50);
  return {
    CommandInvocations: items.map(({ command, invocation }) => invocationView(state, command, invocation, details)),
    ...more,
  };
};

export const getCommandInvocation: Step<GetCommandInvocationRequest, GetCommandInvocationResult> = (state, input) => {
  const command = state.ssm.commands.find(({ id }) => id === input.CommandId);
  const invocation = command?.invocations.find(({ instanceId }) => instanceId === input.InstanceId);
  if (!command || !invocation) {
    const why = 'The command ID and managed node ID you specified did not match any invocations.';
    throw new Fault('InvocationDoesNotExist', why, 400);
  }
  if (input.PluginName !== undefined && input.PluginName !== PLUGIN) {
    throw new Fault('InvalidPluginName', `The command has no plugin "${input.PluginName}".`, 400);
  }
  return outputView(command, invocation);
};

/** @throws Fault InvalidCommandId. */
export function commandsNamed({ ssm }: RegionState, id: string | undefined): readonly Command[] {
  if (id === undefined) return ssm.commands;
  const found = ssm.commands.filter((command) => command.id === id);
  if (found.length === 0) throw new Fault('InvalidCommandId', 'The specified command ID is not valid.', 400);
  return found;
}

function isMet({ key, value = '' }: CommandFilter, command: Command, status: string): boolean {
  switch (key) {
    case 'Status':
      return status === value;
    case 'DocumentName':
      return command.document === value;
    case 'InvokedAfter':
      return command.requestedMs >= timeOf(value);
    case 'InvokedBefore':
      return command.requestedMs <= timeOf(value);
    case 'ExecutionStage':
      return ['Pending', 'InProgress'].includes(status) === (value === 'Executing');
    default:
      throw new Fault('InvalidFilterKey', `The specified key is not valid: ${key}.`, 400);
  }
}

function timeOf(text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw invalid(`"${text}" is no time: write 2026-01-31T12:00:00Z.`);
  return ms;
}
