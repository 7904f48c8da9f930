import type { Instance, RegionState } from '../state.ts';
import type { Ctx } from '../step.ts';
import { newSession } from './new-session.ts';
import { profileArn } from './views.ts';

/** The instance profile of a group with a role: that of the role's name. */
export function profileOfGroup(state: RegionState, group: string): Instance['profile'] {
  const role = state.groups[group]?.role;
  const profile = state.iam.profiles.find(({ name }) => name === role);
  return profile && { arn: profileArn(state, profile), id: profile.id };
}

/**
 * Gives an instance credentials of the role in its instance profile, if there is one and it has none yet. They last as
 * long as it does: a process is handed them once, and asks nobody for new ones.
 */
export function actAsRole(
  { iam }: RegionState,
  { instanceId, profile }: Instance,
  { nowMs, random }: Pick<Ctx, 'nowMs' | 'random'>,
): void {
  const named = profile && iam.profiles.find(({ id }) => id === profile.id)?.role;
  const role = iam.roles.find(({ name }) => name === named);
  if (!role || iam.sessions.some((session) => session.instanceId === instanceId)) return;
  const session = newSession(role, { name: instanceId, tags: {}, nowMs, random });
  iam.sessions = [...iam.sessions, { ...session, instanceId }];
}

/** An instance is gone, and its credentials with it. */
export function endInstanceSession({ iam }: RegionState, instanceId: string): void {
  iam.sessions = iam.sessions.filter((session) => session.instanceId !== instanceId);
}
