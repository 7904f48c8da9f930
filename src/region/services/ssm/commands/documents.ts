import type {
  DescribeDocumentRequest,
  DescribeDocumentResult,
  DocumentParameter,
  ListDocumentsRequest,
  ListDocumentsResult,
} from '@aws-sdk/client-ssm';
import { Fault } from '../../fault.ts';
import type { Step } from '../../step.ts';
import { pageOf } from '../check.ts';

/** The one document that there is: it runs lines of shell. */
export const RUN_SHELL_SCRIPT = 'AWS-RunShellScript';
export const PLUGIN = 'aws:runShellScript';

const PARAMETERS: readonly DocumentParameter[] = [
  { Name: 'commands', Type: 'StringList', Description: '(Required) Specify a shell script or a command to run.' },
  {
    Name: 'workingDirectory',
    Type: 'String',
    Description: '(Optional) The path to the working directory on your instance.',
    DefaultValue: '',
  },
  {
    Name: 'executionTimeout',
    Type: 'String',
    Description:
      '(Optional) The time in seconds for a command to complete before it is considered to have failed. ' +
      'Default is 3600 (1 hour). Maximum is 172800 (48 hours).',
    DefaultValue: '3600',
  },
];

const IDENTITY = {
  Name: RUN_SHELL_SCRIPT,
  Owner: 'Amazon',
  PlatformTypes: ['Linux' as const, 'MacOS' as const],
  DocumentVersion: '1',
  DocumentType: 'Command' as const,
  SchemaVersion: '1.2',
  DocumentFormat: 'JSON' as const,
  Tags: [],
};

export const describeDocument: Step<DescribeDocumentRequest, DescribeDocumentResult> = (_state, input) => {
  requireDocument(input.Name, input.DocumentVersion);
  return {
    Document: {
      ...IDENTITY,
      Status: 'Active',
      Description: 'Run a shell script or specify the commands to run.',
      Parameters: [...PARAMETERS],
      LatestVersion: '1',
      DefaultVersion: '1',
    },
  };
};

/** Filters take documents by owner, type, platform and the beginning of their name. */
export const listDocuments: Step<ListDocumentsRequest, ListDocumentsResult> = (_state, input) => {
  const { Filters = [], DocumentFilterList = [] } = input;
  const filters = [
    ...Filters.map(({ Key: key = '', Values: values = [] }) => ({ key, values })),
    ...DocumentFilterList.map(({ key = '', value = '' }) => ({ key, values: [value] })),
  ];
  const shown = filters.every(({ key, values }) => isMet(key, values)) ? [IDENTITY] : [];
  const { items, more } = pageOf(shown, input, 50);
  return { DocumentIdentifiers: [...items], ...more };
};

function isMet(key: string, values: readonly string[]): boolean {
  switch (key) {
    case 'Name':
      return values.some((value) => RUN_SHELL_SCRIPT.startsWith(value));
    case 'Owner':
      return values.some((value) => ['Amazon', 'All', 'Public'].includes(value));
    case 'DocumentType':
      return values.includes('Command');
    case 'PlatformTypes':
      return values.some((value) => ['Linux', 'MacOS'].includes(value));
    default:
      throw new Fault('InvalidFilterKey', `The specified key is not valid: ${key}.`, 400);
  }
}

/** @throws Fault InvalidDocument, InvalidDocumentVersion. */
export function requireDocument(name: string | undefined, version = '$DEFAULT'): void {
  if (name?.replace(/^arn:aws:ssm:[^:]*:[^:]*:document\//, '') !== RUN_SHELL_SCRIPT) {
    throw new Fault('InvalidDocument', `Document with name ${name} does not exist.`, 400);
  }
  if (['$DEFAULT', '$LATEST', '1'].includes(version)) return;
  throw new Fault('InvalidDocumentVersion', 'The document version is not valid or does not exist.', 400);
}

/** What the script of a command is: its text, where it runs, for how long at most. */
export interface Script {
  readonly text: string;
  readonly cwd?: string;
  readonly executionMs: number;
}

/** @throws Fault InvalidParameters when they are not what the document asks for. */
export function readScript(parameters: Readonly<Record<string, readonly string[]>>): Script {
  const unknown = Object.keys(parameters).find((name) => !PARAMETERS.some((one) => one.Name === name));
  if (unknown !== undefined) throw invalid(`Parameter ${unknown} is not a parameter of the document.`);
  const { commands = [], workingDirectory: [cwd = ''] = [], executionTimeout: [timeout = ''] = [] } = parameters;
  if (commands.length === 0) throw invalid('Parameter commands is required by the document.');
  const seconds = timeout === '' ? 3_600 : Number(timeout);
  if (!/^\d*$/.test(timeout) || seconds < 1 || seconds > 172_800) {
    throw invalid(`Parameter executionTimeout is from 1 to 172800 seconds, not ${timeout}.`);
  }
  return { text: `${commands.join('\n')}\n`, ...(cwd !== '' && { cwd }), executionMs: seconds * 1_000 };
}

const invalid = (message: string) => new Fault('InvalidParameters', message, 400);
