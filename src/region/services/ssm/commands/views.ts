import type {
  CommandInvocation,
  CommandPlugin,
  CommandPluginStatus,
  Command as CommandView,
  GetCommandInvocationResult,
} from '@aws-sdk/client-ssm';
import type { RegionState } from '../../state.ts';
import type { Command, Invocation } from '../ssm-state.ts';
import { PLUGIN } from './documents.ts';
import { isEnded, isError, statusOf, statusOfCommand } from './status.ts';

export function commandView(command: Command): CommandView {
  const { id, document, comment, requestedMs, timeoutMs, executionMs, parameters, instanceIds, invocations } = command;
  const { status, details } = statusOfCommand(command);
  return {
    CommandId: id,
    DocumentName: document,
    DocumentVersion: '$DEFAULT',
    Comment: comment,
    ExpiresAfter: new Date(requestedMs + timeoutMs + executionMs),
    Parameters: mutable(parameters),
    InstanceIds: [...instanceIds],
    Targets: command.targets.map(({ Key, Values }) => ({ Key, Values: [...Values] })),
    RequestedDateTime: new Date(requestedMs),
    Status: status,
    StatusDetails: details,
    OutputS3BucketName: '',
    OutputS3KeyPrefix: '',
    MaxConcurrency: command.maxConcurrency,
    MaxErrors: command.maxErrors,
    TargetCount: invocations.length,
    CompletedCount: invocations.filter(isEnded).length,
    ErrorCount: invocations.filter(isError).length,
    DeliveryTimedOutCount: invocations.filter((one) => one.status === 'DeliveryTimedOut').length,
    TimeoutSeconds: timeoutMs / 1_000,
  };
}

const mutable = (parameters: Command['parameters']) =>
  Object.fromEntries(Object.entries(parameters).map(([name, values]) => [name, [...values]]));

/** @param details whether the plugin, with the beginning of its output, is shown too. */
export function invocationView(
  state: RegionState,
  command: Command,
  invocation: Invocation,
  details: boolean,
): CommandInvocation {
  const { instanceId, status } = invocation;
  return {
    CommandId: command.id,
    InstanceId: instanceId,
    InstanceName: state.instances.find((one) => one.instanceId === instanceId)?.name ?? '',
    Comment: command.comment,
    DocumentName: command.document,
    DocumentVersion: '$DEFAULT',
    RequestedDateTime: new Date(command.requestedMs),
    Status: statusOf(invocation),
    StatusDetails: status,
    StandardOutputUrl: '',
    StandardErrorUrl: '',
    CommandPlugins: details ? [pluginView(invocation)] : [],
  };
}

const pluginView = (invocation: Invocation): CommandPlugin => ({
  Name: PLUGIN,
  Status: statusOf(invocation) as CommandPluginStatus,
  StatusDetails: invocation.status,
  ResponseCode: invocation.code ?? -1,
  ...(invocation.startMs !== undefined && { ResponseStartDateTime: new Date(invocation.startMs) }),
  ...(invocation.endMs !== undefined && { ResponseFinishDateTime: new Date(invocation.endMs) }),
  Output: cut([invocation.out, invocation.err].filter((text) => text !== '').join('\n----------ERROR-------\n'), 2_500),
  StandardOutputUrl: '',
  StandardErrorUrl: '',
});

export function outputView(command: Command, invocation: Invocation): GetCommandInvocationResult {
  const { startMs, endMs, code = -1 } = invocation;
  return {
    CommandId: command.id,
    InstanceId: invocation.instanceId,
    Comment: command.comment,
    DocumentName: command.document,
    DocumentVersion: '$DEFAULT',
    PluginName: PLUGIN,
    ResponseCode: code,
    ExecutionStartDateTime: textOf(startMs),
    ExecutionElapsedTime:
      startMs !== undefined && endMs !== undefined ? `PT${Number(((endMs - startMs) / 1_000).toFixed(3))}S` : '',
    ExecutionEndDateTime: textOf(endMs),
    Status: statusOf(invocation),
    StatusDetails: invocation.status,
    StandardOutputContent: cut(invocation.out, 24_000),
    StandardOutputUrl: '',
    StandardErrorContent: cut(invocation.err, 8_000),
    StandardErrorUrl: '',
  };
}

const textOf = (ms: number | undefined): string => (ms === undefined ? '' : new Date(ms).toISOString());

/** So many characters of a text, with what the agent writes in the place of the rest. */
function cut(text: string, most: number): string {
  return text.length <= most ? text : text.slice(0, most - CUT.length) + CUT;
}
const CUT = '--output truncated--';
