import type { CommandInvocationStatus, CommandStatus } from '@aws-sdk/client-ssm';
import type { Command, Invocation, InvocationStatus } from '../ssm-state.ts';

/** What the service says of details that are no status themselves (AWS: "Understanding command statuses"). */
const STATUS: Partial<Record<InvocationStatus, CommandInvocationStatus>> = {
  DeliveryTimedOut: 'TimedOut',
  ExecutionTimedOut: 'TimedOut',
  Undeliverable: 'Failed',
  Terminated: 'Cancelled',
};

export const statusOf = ({ status }: Invocation): CommandInvocationStatus =>
  STATUS[status] ?? (status as CommandInvocationStatus);

export const isEnded = ({ status }: Invocation): boolean => status !== 'Pending' && status !== 'InProgress';

/** Whether an invocation counts against the errors that its command may have. */
export const isError = ({ status }: Invocation): boolean => status === 'Failed' || status === 'ExecutionTimedOut';

/** How many of its invocations may run at a time. */
export const concurrencyOf = ({ maxConcurrency, invocations }: Command): number =>
  Math.max(1, shareOf(maxConcurrency, invocations.length));

/** Whether it has met more errors than it may: no further invocation begins. */
export const isSpoiled = ({ maxErrors, invocations }: Command): boolean =>
  invocations.filter(isError).length > shareOf(maxErrors, invocations.length);

const shareOf = (limit: string, of: number): number =>
  limit.endsWith('%') ? Math.floor((Number(limit.slice(0, -1)) / 100) * of) : Number(limit);

/** The status of a command as a whole, with its details. */
export function statusOfCommand(command: Command): { readonly status: CommandStatus; readonly details: string } {
  const { invocations, cancelled } = command;
  if (invocations.length === 0) return { status: 'Failed', details: 'NoInstancesInTag' };
  if (!invocations.every(isEnded)) {
    const begun = invocations.some(({ status }) => status !== 'Pending');
    return begun ? same('InProgress') : same('Pending');
  }
  if (cancelled) return same('Cancelled');
  if (isSpoiled(command)) {
    const slow = invocations.filter(isError).every(({ status }) => status === 'ExecutionTimedOut');
    return slow ? { status: 'TimedOut', details: 'ExecutionTimedOut' } : same('Failed');
  }
  return withoutErrors(invocations.map(({ status }) => status));
}

/** Where no more failed than may: what could not be delivered decides. */
function withoutErrors(all: readonly InvocationStatus[]) {
  if (all.every((status) => status === 'DeliveryTimedOut')) {
    return { status: 'TimedOut', details: 'DeliveryTimedOut' } as const;
  }
  if (all.every((status) => status === 'Undeliverable')) return { status: 'Failed', details: 'Undeliverable' } as const;
  if (all.includes('DeliveryTimedOut')) return { status: 'Failed', details: 'Incomplete' } as const;
  return same('Success');
}

const same = <S extends CommandStatus>(status: S) => ({ status, details: status });
