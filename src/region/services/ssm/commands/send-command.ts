import type { SendCommandRequest, SendCommandResult, Target } from '@aws-sdk/client-ssm';
import { Fault } from '../../fault.ts';
import { honourOnly } from '../../honour-only.ts';
import type { Instance, RegionState } from '../../state.ts';
import { randomDigits, type Step } from '../../step.ts';
import { schedule } from '../../timer.ts';
import { checkCount, checkLength, invalid, outside } from '../check.ts';
import type { Command } from '../ssm-state.ts';
import { ON_ITS_WAY_MS } from './deliver.ts';
import { RUN_SHELL_SCRIPT, readScript, requireDocument } from './documents.ts';
import { isEnded } from './status.ts';
import { commandView } from './views.ts';

/** So many commands are remembered at least. */
const REMEMBERED = 500;

/** Sends a shell script to instances by id or by tag. Where it cannot be honoured whole, it is refused. */
export const sendCommand: Step<SendCommandRequest, SendCommandResult> = (state, input, { nowMs, random }) => {
  honourOnly(input, [
    ...['DocumentName', 'DocumentVersion', 'InstanceIds', 'Targets', 'TimeoutSeconds', 'Comment', 'Parameters'],
    ...['MaxConcurrency', 'MaxErrors'],
  ]);
  requireDocument(input.DocumentName, input.DocumentVersion);
  const { TimeoutSeconds: timeout = 3_600, Parameters: parameters = {}, Comment: comment = '' } = input;
  checkLength(comment, 'comment', [0, 100]);
  if (timeout < 30) throw outside(timeout, 'timeoutSeconds', 'Member must have value greater than or equal to 30');
  if (timeout > 2_592_000)
    throw outside(timeout, 'timeoutSeconds', 'Member must have value less than or equal to 2592000');
  const { executionMs } = readScript(parameters);
  refuseReferences(parameters);
  const command: Command = {
    id: uuid(random),
    document: RUN_SHELL_SCRIPT,
    parameters,
    comment,
    requestedMs: nowMs,
    timeoutMs: timeout * 1_000,
    executionMs,
    instanceIds: [...new Set(input.InstanceIds ?? [])],
    targets: (input.Targets ?? []).map(({ Key = '', Values = [] }) => ({ Key, Values })),
    maxConcurrency: limit(input.MaxConcurrency ?? '50', 'maxConcurrency', 1),
    maxErrors: limit(input.MaxErrors ?? '0', 'maxErrors', 0),
    cancelled: false,
    invocations: instancesOf(state, input).map(({ instanceId }) => ({
      instanceId,
      status: 'Pending',
      out: '',
      err: '',
    })),
  };
  state.ssm.commands = [...forgetful(state.ssm.commands), command];
  schedule(state, nowMs + ON_ITS_WAY_MS, { do: 'deliver-command', commandId: command.id });
  schedule(state, nowMs + command.timeoutMs, { do: 'expire-command', commandId: command.id });
  schedule(state, nowMs + command.timeoutMs + executionMs, { do: 'expire-command', commandId: command.id });
  return { Command: commandView(command) };
};

/** A reference to a parameter of Parameter Store, which SSM itself would put its value in the place of. */
const REFERENCE = /\{\{\s*ssm(?:-secure)?:[^{}]*\}\}/;

function refuseReferences(parameters: Command['parameters']): void {
  const found = Object.values(parameters)
    .flat()
    .map((text) => REFERENCE.exec(text)?.[0])
    .find((reference) => reference !== undefined);
  if (found === undefined) return;
  const instead = 'let the script read it: aws ssm get-parameter --name NAME --query Parameter.Value --output text';
  throw new Fault('UnsupportedOperation', `The region does not honour "${found}" in a command; ${instead}.`, 400);
}

/** Those that go on, and the latest of the others. */
function forgetful(commands: readonly Command[]): readonly Command[] {
  const most = commands.length - REMEMBERED;
  return most < 0 ? commands : commands.filter((one, k) => k > most || !one.invocations.every(isEnded));
}

function instancesOf(state: RegionState, { InstanceIds: ids, Targets: targets }: SendCommandRequest): Instance[] {
  if ((ids ?? []).length > 0 === (targets ?? []).length > 0) {
    throw invalid('A command is sent either to InstanceIds or to Targets.');
  }
  if (ids && ids.length > 0) return named(state, ids);
  checkCount(
    (targets ?? []).map(({ Key = '' }) => Key),
    'targets',
    [1, 5],
  );
  return state.instances.filter((one) => isManaged(one) && targets?.every((target) => isTarget(state, one, target)));
}

/** The ids of all that a command would go to, and of all that it names, be they there or not. */
export function addressedBy(
  state: RegionState,
  { InstanceIds: ids = [], Targets: targets = [] }: Pick<SendCommandRequest, 'InstanceIds' | 'Targets'>,
): readonly string[] {
  const byTag = targets.filter(({ Key = '' }) => /^tag(-key$|:)/.test(Key));
  const tagged = state.instances.filter(
    (one) => byTag.length > 0 && isManaged(one) && byTag.every((target) => isTarget(state, one, target)),
  );
  const named = targets.filter(({ Key }) => Key === 'InstanceIds').flatMap(({ Values = [] }) => Values);
  return [...new Set([...ids, ...named, ...tagged.map(({ instanceId }) => instanceId)])];
}

/** AWS: valid are running, pending, stopped and stopping; anything else is no instance to send to. */
function named(state: RegionState, ids: readonly string[]): Instance[] {
  checkCount(ids, 'instanceIds', [1, 50]);
  const wrong = ids.filter((id) => !state.instances.some((one) => one.instanceId === id && isManaged(one)));
  if (wrong.length > 0) {
    const why = `Instances [[${wrong.join(', ')}]] not in a valid state for account ${state.accountId}`;
    throw new Fault('InvalidInstanceId', why, 400);
  }
  return state.instances.filter(({ instanceId }) => ids.includes(instanceId));
}

const isManaged = ({ state }: Instance): boolean => state !== 'shutting-down' && state !== 'terminated';

function isTarget(state: RegionState, instance: Instance, { Key: key = '', Values: values = [] }: Target): boolean {
  if (key === 'InstanceIds') return named(state, values).includes(instance);
  if (key === 'tag-key') return values.some((value) => Object.hasOwn(instance.tags, value));
  if (!key.startsWith('tag:')) throw invalid(`The target key "${key}" is none of InstanceIds, tag-key and tag:NAME.`);
  const tag = key.slice('tag:'.length);
  return Object.hasOwn(instance.tags, tag) && values.includes(instance.tags[tag] ?? '');
}

/** A number or a percentage. */
function limit(text: string, member: string, least: number): string {
  const [, number, percent] = /^(\d{1,7})(%?)$/.exec(text) ?? [];
  const value = Number(number);
  if (number !== undefined && value >= least && !(percent === '%' && value > 100)) return text;
  throw outside(
    text,
    member,
    'Member must satisfy regular expression pattern: ^([1-9][0-9]*|[0]|[1-9][0-9]%|[0-9]%|100%)$',
  );
}

function uuid(random: () => number): string {
  const digits = randomDigits(random, 32);
  const parts = [digits.slice(0, 8), digits.slice(8, 12), `4${digits.slice(13, 16)}`, `8${digits.slice(17, 20)}`];
  return [...parts, digits.slice(20)].join('-');
}
