import type { DesiredScript, Observed } from '../../../contract.ts';
import type { Instance, RegionState } from '../../state.ts';
import { schedule } from '../../timer.ts';
import type { Command, Invocation, InvocationStatus } from '../ssm-state.ts';
import { readScript } from './documents.ts';
import { concurrencyOf, isEnded, isSpoiled } from './status.ts';

/** Whether an instance takes commands: it runs, and has electricity. Its program may have crashed. */
export const hears = ({ state, powered }: Instance): boolean => state === 'running' && powered;

/**
 * Gives the commands on their way to the instances that hear, as many at a time as each command may have. What was sent to
 * an instance that is stopped or gone cannot be delivered; one without electricity is waited for. A script that ended
 * with its instance is told of once the instance is back: until then nobody knows (AWS: "In Progress").
 */
export function deliverCommands(state: RegionState, nowMs: number): void {
  for (const command of state.ssm.commands) {
    if (command.invocations.every(isEnded)) continue;
    for (const invocation of command.invocations) {
      const instance = state.instances.find(({ instanceId }) => instanceId === invocation.instanceId);
      if (invocation.status === 'InProgress' && instance && hears(instance)) tellOfLoss(invocation, instance, nowMs);
    }
    for (const invocation of command.invocations) begin(state, command, invocation, nowMs);
  }
}

function tellOfLoss(invocation: Invocation, { generation }: Instance, nowMs: number): void {
  if (invocation.generation === generation) return;
  end(invocation, 'Failed', nowMs, { code: 1, out: '', err: LOST });
}

const LOST = 'document process failed unexpectedly: the instance ended while the script ran';

function begin(state: RegionState, command: Command, invocation: Invocation, nowMs: number): void {
  if (invocation.status !== 'Pending' || nowMs < command.requestedMs + ON_ITS_WAY_MS) return;
  const instance = state.instances.find(({ instanceId }) => instanceId === invocation.instanceId);
  if (isSpoiled(command)) end(invocation, 'Terminated', nowMs);
  else if (!instance || UNREACHED.has(instance.state)) end(invocation, 'Undeliverable', nowMs);
  else if (hears(instance) && runningOf(command) < concurrencyOf(command)) {
    Object.assign(invocation, { status: 'InProgress', generation: instance.generation, startMs: nowMs });
    const { id: commandId, executionMs } = command;
    schedule(state, nowMs + executionMs, { do: 'end-script', commandId, instanceId: instance.instanceId });
  }
}

/** How long a command is on its way. */
export const ON_ITS_WAY_MS = 100;

const UNREACHED: ReadonlySet<Instance['state']> = new Set(['stopping', 'stopped', 'shutting-down', 'terminated']);

const runningOf = ({ invocations }: Command) => invocations.filter(({ status }) => status === 'InProgress').length;

/** Takes in how a script ended. One that was given up meanwhile has ended otherwise, and tells what it wrote until then. */
export function observeScript(state: RegionState, fact: Extract<Observed, { type: 'script' }>, nowMs: number): void {
  const invocation = invocationOf(state, fact.commandId, fact.instanceId);
  if (invocation?.generation !== fact.generation) return;
  const { code, out } = fact;
  if (GIVEN_UP.has(invocation.status)) Object.assign(invocation, { out, err: fact.err });
  if (invocation.status !== 'InProgress' || fact.isStopped) return;
  const err =
    code === 0 ? fact.err : `${fact.err}${fact.err === '' ? '' : '\n'}failed to run commands: exit status ${code}`;
  end(invocation, code === 0 ? 'Success' : 'Failed', nowMs, { code, out, err });
  deliverCommands(state, nowMs);
}

const GIVEN_UP: ReadonlySet<InvocationStatus> = new Set(['ExecutionTimedOut', 'Cancelled']);

/** The time of a script is over. Of one whose instance has ended nobody tells. */
export function endScript(state: RegionState, commandId: string, instanceId: string, nowMs: number): void {
  const invocation = invocationOf(state, commandId, instanceId);
  const instance = state.instances.find((one) => one.instanceId === instanceId);
  if (invocation?.status !== 'InProgress' || !instance || !hears(instance)) return;
  end(invocation, 'ExecutionTimedOut', nowMs, { code: STOPPED_CODE, out: '', err: '' });
}

/** What the agent tells of a script that it stopped. */
const STOPPED_CODE = 137;

/** What was not delivered in time no longer is; of what was, nobody tells any more once its own time is over too. */
export function expireCommand(state: RegionState, commandId: string, nowMs: number): void {
  const command = state.ssm.commands.find(({ id }) => id === commandId);
  if (!command) return;
  const isOver = nowMs >= command.requestedMs + command.timeoutMs + command.executionMs;
  for (const invocation of command.invocations) {
    if (invocation.status === 'Pending' || (isOver && !isEnded(invocation))) end(invocation, 'DeliveryTimedOut', nowMs);
  }
}

export function end(
  invocation: Invocation,
  status: InvocationStatus,
  nowMs: number,
  said: Pick<Invocation, 'out' | 'err'> & { readonly code?: number } = { out: '', err: '' },
): void {
  Object.assign(invocation, { ...said, status, endMs: nowMs });
}

const invocationOf = (state: RegionState, commandId: string, instanceId: string): Invocation | undefined =>
  state.ssm.commands
    .find(({ id }) => id === commandId)
    ?.invocations.find((invocation) => invocation.instanceId === instanceId);

/** The scripts that are to run in an instance, as its data plane is told. */
export function desiredScripts({ ssm }: RegionState, { instanceId, generation }: Instance): readonly DesiredScript[] {
  return ssm.commands.flatMap(({ id, parameters, invocations }) => {
    const isWanted = invocations.some(
      (one) => one.instanceId === instanceId && one.status === 'InProgress' && one.generation === generation,
    );
    if (!isWanted) return [];
    const { text, cwd } = readScript(parameters);
    return [{ commandId: id, text, ...(cwd !== undefined && { cwd }) }];
  });
}
