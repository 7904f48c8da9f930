import type { Steps } from '../step.ts';
import { cancelCommand } from './commands/cancel-command.ts';
import { describeDocument, listDocuments } from './commands/documents.ts';
import { describeInstanceInformation } from './commands/instance-information.ts';
import { getCommandInvocation, listCommandInvocations, listCommands } from './commands/list-commands.ts';
import { sendCommand } from './commands/send-command.ts';
import { deleteParameter, deleteParameters } from './parameters/delete-parameters.ts';
import { describeParameters } from './parameters/describe-parameters.ts';
import { getParameter, getParameterHistory, getParameters, getParametersByPath } from './parameters/get-parameters.ts';
import { labelParameterVersion, unlabelParameterVersion } from './parameters/labels.ts';
import { putParameter } from './parameters/put-parameter.ts';
import { addTagsToResource, listTagsForResource, removeTagsFromResource } from './tags.ts';

/** The operations of Systems Manager that the region has behaviour for. */
export const SSM: Steps = {
  PutParameter: putParameter,
  GetParameter: getParameter,
  GetParameters: getParameters,
  GetParametersByPath: getParametersByPath,
  GetParameterHistory: getParameterHistory,
  DescribeParameters: describeParameters,
  DeleteParameter: deleteParameter,
  DeleteParameters: deleteParameters,
  LabelParameterVersion: labelParameterVersion,
  UnlabelParameterVersion: unlabelParameterVersion,
  AddTagsToResource: addTagsToResource,
  RemoveTagsFromResource: removeTagsFromResource,
  ListTagsForResource: listTagsForResource,
  SendCommand: sendCommand,
  CancelCommand: cancelCommand,
  ListCommands: listCommands,
  ListCommandInvocations: listCommandInvocations,
  GetCommandInvocation: getCommandInvocation,
  DescribeInstanceInformation: describeInstanceInformation,
  DescribeDocument: describeDocument,
  ListDocuments: listDocuments,
};
