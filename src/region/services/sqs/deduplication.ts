import { onwardFrom, type Place, putAt, type Sorted } from '../sorted.ts';
import type { Message, Queue } from './queue.ts';

/** For how long a FIFO queue takes the same message once. */
const DEDUPLICATED_MS = 300_000;

/**
 * What a FIFO queue has taken lately, in two generations: when the younger one is as old as anything need be remembered,
 * it becomes the older one, and that is forgotten whole. Nothing is looked through to be forgotten.
 */
export interface Lately {
  /** When the younger generation began. */
  readonly sinceMs: number;
  readonly young: Sorted<Taken>;
  readonly old: Sorted<Taken>;
}

/** One message that was taken; a generation has them in the order of their deduplication ids, then of their groups. */
interface Taken {
  readonly deduplicationId: string;
  readonly group: string;
  readonly sequence: number;
  readonly id: string;
  readonly atMs: number;
}

export type Sameness = Required<Pick<Message, 'deduplicationId' | 'group'>>;

/** The message that a queue took lately which is the same: in the whole queue, or in its group where that is the scope. */
export function takenLately({ lately, settings }: Queue, same: Sameness, nowMs: number): Taken | undefined {
  const place = settings.fifo?.scope === 'messageGroup' ? placeOf(same) : placeOfId(same);
  for (const generation of lately ? [lately.young, lately.old] : []) {
    for (const taken of onwardFrom(generation, place)) {
      if (place(taken) !== 0) break;
      if (nowMs - taken.atMs < DEDUPLICATED_MS) return taken;
    }
  }
  return undefined;
}

/** The same with one message more. */
export function withTaken(lately: Lately | undefined, taken: Taken): Lately {
  const { sinceMs, young, old } = turned(lately, taken.atMs);
  return { sinceMs, young: putAt(young, taken, placeOf(taken)), old };
}

function turned(lately: Lately | undefined, nowMs: number): Lately {
  const ageMs = lately ? nowMs - lately.sinceMs : Number.POSITIVE_INFINITY;
  if (lately && ageMs < DEDUPLICATED_MS) return lately;
  return { sinceMs: nowMs, young: [], old: lately && ageMs < 2 * DEDUPLICATED_MS ? lately.young : [] };
}

const placeOfId =
  ({ deduplicationId }: Sameness): Place<Taken> =>
  (taken) =>
    compare(taken.deduplicationId, deduplicationId);

const placeOf =
  ({ deduplicationId, group }: Sameness): Place<Taken> =>
  (taken) =>
    compare(taken.deduplicationId, deduplicationId) || compare(taken.group, group);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
