import type { Tags } from '../state.ts';

/** What Systems Manager keeps. */
export interface SsmState {
  parameters: Parameter[];
  /** The oldest first; of those that have ended only the latest are kept. */
  commands: Command[];
}

/** What it keeps at first. */
export const noSsm = (): SsmState => ({ parameters: [], commands: [] });

/** A parameter of Parameter Store: the last of its versions is the current one. */
export interface Parameter {
  readonly name: string;
  tags: Tags;
  /** The oldest first, at most a hundred; never none. */
  versions: ParameterVersion[];
}

export interface ParameterVersion {
  readonly version: number;
  readonly type: ParameterType;
  readonly value: string;
  /** What is shown of a secure value to those who do not ask for it to be decrypted. */
  readonly sealed?: string;
  readonly keyId?: string;
  readonly description?: string;
  readonly allowedPattern?: string;
  readonly tier: ParameterTier;
  readonly modifiedMs: number;
  readonly modifiedBy: string;
  labels: string[];
}

export type ParameterType = 'String' | 'StringList' | 'SecureString';
export type ParameterTier = 'Standard' | 'Advanced';

/** A command that was sent to instances. */
export interface Command {
  readonly id: string;
  readonly document: string;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  readonly comment: string;
  readonly requestedMs: number;
  /** How long it may wait for an instance to take it, and how long its script may run. */
  readonly timeoutMs: number;
  readonly executionMs: number;
  readonly instanceIds: readonly string[];
  readonly targets: readonly { readonly Key: string; readonly Values: readonly string[] }[];
  /** As they were given: a number, or a percentage of the targets. */
  readonly maxConcurrency: string;
  readonly maxErrors: string;
  cancelled: boolean;
  /** One for each target. */
  invocations: Invocation[];
}

export interface Invocation {
  readonly instanceId: string;
  status: InvocationStatus;
  /** Of the instance when its script began: another one by now has not that script any more. */
  generation?: number;
  startMs?: number;
  endMs?: number;
  /** The exit code of the script. */
  code?: number;
  out: string;
  err: string;
}

/** In the words of the service: the details of a status, which say more than the status. */
export type InvocationStatus =
  | 'Pending'
  | 'InProgress'
  | 'Success'
  | 'Failed'
  | 'DeliveryTimedOut'
  | 'ExecutionTimedOut'
  | 'Cancelled'
  | 'Undeliverable'
  | 'Terminated';
