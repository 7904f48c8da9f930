import type { SCALING_PROCESSES } from '../../../aws/auto-scaling.ts';

/** A group that keeps so many like instances running. Its name is that of the blueprint's group. */
export interface AutoScalingGroup {
  readonly name: string;
  readonly arn: string;
  readonly createdMs: number;
  min: number;
  max: number;
  desired: number;
  /** The zones in which it may launch. */
  zoneIds: readonly string[];
  healthCheckType: 'EC2' | 'ELB';
  /** How long after an instance is in service nobody asks for its health. */
  graceMs: number;
  cooldownMs: number;
  protectsNew: boolean;
  /** Processes that are suspended, with when. */
  suspended: Readonly<Record<string, number>>;
  members: Member[];
  /** The oldest first; only the latest are kept. */
  activities: Activity[];
  /** Zones that refused a launch: they are left alone until then, longer after each refusal. */
  refusals: Record<string, { readonly times: number; readonly untilMs: number }>;
  /** What a user asked for last, until the capacity is what was asked. */
  request: string;
  /** Unhealthy instances that were taken out of service and have no replacement yet. */
  toReplace: number;
  /** When the capacity was last set, for `HonorCooldown`. */
  scaledMs?: number;
}

/** An instance as a member of a group. */
export interface Member {
  readonly instanceId: string;
  readonly zoneId: string;
  lifecycle: 'Pending' | 'InService' | 'Terminating' | 'Standby';
  health: 'Healthy' | 'Unhealthy';
  /** What made it unhealthy, as an activity says it. */
  sickness: string;
  isProtected: boolean;
  /** When it came into service, or joined. */
  sinceMs: number;
  /** How many looks in a row found its status checks failed. */
  failedLooks: number;
  /** The activity that brings it or takes it away, until that has ended. */
  activityId?: string | undefined;
}

export interface Activity {
  readonly id: string;
  description: string;
  readonly cause: string;
  readonly startMs: number;
  endMs?: number;
  status: 'PreInService' | 'InProgress' | 'Successful' | 'Failed';
  message?: string;
  readonly zoneId: string;
}

export const isSuspended = ({ suspended }: AutoScalingGroup, process: (typeof SCALING_PROCESSES)[number]): boolean =>
  Object.hasOwn(suspended, process);

/** The members that count as capacity: those that serve, and those that are about to. */
export const activeMembers = ({ members }: AutoScalingGroup): readonly Member[] =>
  members.filter(({ lifecycle }) => lifecycle === 'Pending' || lifecycle === 'InService');

/** The time as Auto Scaling writes it in its texts: `2026-01-01T00:00:00Z`. */
export const stamp = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
