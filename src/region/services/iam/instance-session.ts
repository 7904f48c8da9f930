import type { Instance, RegionState } from '../state.ts';
import type { Ctx } from '../step.ts';
import { newSession } from './new-session.ts';

/**
 * Gives an instance credentials of the role of its group, if that has one. They last as long as it does: a process is
 * handed them once, and asks nobody for new ones.
 */
export function actAsRole(
  state: RegionState,
  { instanceId, group }: Instance,
  { nowMs, random }: Pick<Ctx, 'nowMs' | 'random'>,
): void {
  const role = state.iam.roles.find(({ name }) => name === state.groups[group]?.role);
  if (!role) return;
  const session = newSession(role, { name: instanceId, tags: {}, nowMs, random });
  state.iam.sessions = [...state.iam.sessions, { ...session, instanceId }];
}

/** An instance is gone, and its credentials with it. */
export function endInstanceSession({ iam }: RegionState, instanceId: string): void {
  iam.sessions = iam.sessions.filter((session) => session.instanceId !== instanceId);
}
