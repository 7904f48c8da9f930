import type { IamInstanceProfileSpecification } from '@aws-sdk/client-ec2';
import { Fault } from '../fault.ts';
import type { Instance, RegionState } from '../state.ts';
import type { Ctx } from '../step.ts';
import type { InstanceProfile } from './iam-state.ts';
import { newSession } from './new-session.ts';
import { profileArn } from './views.ts';

/** The instance profile of a group with a role: that of the role's name. */
export function profileOfGroup(state: RegionState, group: string): Instance['profile'] {
  const role = state.groups[group]?.role;
  const profile = state.iam.profiles.find(({ name }) => name === role);
  return profile && { arn: profileArn(state, profile), id: profile.id };
}

/** The instance profile that a launch names by its name or ARN. @throws Fault InvalidParameterValue */
export function requireNamedProfile(state: RegionState, { Name, Arn }: Named): NonNullable<Instance['profile']> {
  const profile = profileNamed(state, { Name, Arn });
  if (profile) return { arn: profileArn(state, profile), id: profile.id };
  const [parameter, value] = Name === undefined ? ['arn', Arn] : ['name', Name];
  const why = `Value (${value}) for parameter iamInstanceProfile.${parameter} is invalid.`;
  throw new Fault('InvalidParameterValue', `${why} Invalid IAM Instance Profile ${parameter}`);
}

/** How EC2 names an instance profile. */
type Named = Pick<IamInstanceProfileSpecification, 'Name' | 'Arn'>;

/** The same, or undefined where there is none. */
export const profileNamed = (state: RegionState, { Name, Arn }: Named): InstanceProfile | undefined =>
  state.iam.profiles.find((one) => (Name === undefined ? profileArn(state, one) === Arn : one.name === Name));

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
