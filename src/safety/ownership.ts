import type { Problem } from '../kernel/errors.ts';

/** What was found out about a process just before it is signalled. What could not be found out is absent, and refuses. */
export interface OwnershipFacts {
  readonly pid: number;
  /** The owner of the process. */
  readonly uid?: number;
  /** When it started, as the system tells it now; absent when the process does not exist. */
  readonly startTime?: string;
  /** When the process that is meant started. */
  readonly expectedStartTime: string;
  readonly self: {
    readonly pid: number;
    readonly uid?: number;
    /** The parent of this program, its parent, and so on up to 1; absent when they could not be found out. */
    readonly ancestors?: readonly number[];
  };
}

/**
 * Refuses to touch a process that the run does not own: pid 1 and its like, this program, its ancestors, another user's
 * process, or one that has taken over the number of the process that is meant.
 */
export function checkOwnership(facts: OwnershipFacts): Problem[] {
  const reason = reasonAgainst(facts);
  if (reason === undefined) return [];
  const fix = 'name a pid file of a process that you started for the experiment';
  return [{ code: 'SAFETY_OWNERSHIP', what: `process ${facts.pid} ${reason}`, fix }];
}

function reasonAgainst({ pid, uid, startTime, expectedStartTime, self }: OwnershipFacts): string | undefined {
  // Zero and negative numbers address whole groups of processes; 1 is the first process of the system.
  if (!Number.isSafeInteger(pid) || pid <= 1) return 'is not a process that may be touched';
  if (pid === self.pid) return 'is this very program';
  if (!self.ancestors) return 'may be an ancestor of this program: its ancestors could not be found out';
  if (self.ancestors.includes(pid)) return 'is an ancestor of this program';
  if (startTime === undefined) return 'does not exist';
  if (startTime !== expectedStartTime) return 'is not the process that is meant: it started at another time';
  if (uid === undefined || self.uid === undefined) return 'has an owner that could not be found out';
  return uid === self.uid ? undefined : `belongs to another user (uid ${uid})`;
}
