import { randomDigits } from '../step.ts';
import type { Activity, AutoScalingGroup } from './group.ts';

/** A group remembers so many activities. */
const HISTORY_MAX = 500;

/** Writes an activity into the history of a group. */
export function recordActivity(
  group: AutoScalingGroup,
  { random, ...what }: Omit<Activity, 'id'> & { readonly random: () => number },
): Activity {
  const id = [8, 4, 4, 4, 12].map((length) => randomDigits(random, length)).join('-');
  const activity: Activity = { id, ...what };
  group.activities = [...group.activities, activity].slice(-HISTORY_MAX);
  return activity;
}

/** Ends an activity that is still in the history and has not ended. */
export function endActivity(
  group: AutoScalingGroup,
  id: string | undefined,
  end: { readonly atMs: number; readonly status: 'Successful' | 'Failed'; readonly message?: string },
): void {
  const activity = group.activities.find((one) => one.id === id);
  if (!activity || activity.endMs !== undefined) return;
  activity.endMs = end.atMs;
  activity.status = end.status;
  if (end.message !== undefined) activity.message = end.message;
}
