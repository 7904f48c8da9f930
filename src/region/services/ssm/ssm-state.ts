import type { Tags } from '../state.ts';

/** What Systems Manager keeps. */
export interface SsmState {
  parameters: Parameter[];
}

/** What it keeps at first. */
export const noSsm = (): SsmState => ({ parameters: [] });

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
