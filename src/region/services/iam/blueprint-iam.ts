import type { BlueprintRole } from '../../../kernel/blueprint.ts';
import type { Ctx } from '../step.ts';
import { type IamState, type InstanceProfile, noIam, type Role } from './iam-state.ts';
import { newId } from './names.ts';

/** Instances alone may act as a role of the blueprint. */
const TRUST = documentOf({ Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' });

/** IAM as a blueprint describes it: its roles, each with one inline policy, in an instance profile of the same name. */
export function blueprintIam(roles: readonly BlueprintRole[] = [], ctx: Pick<Ctx, 'nowMs' | 'random'>): IamState {
  return {
    ...noIam(),
    roles: roles.map((role) => roleOf(role, ctx)),
    profiles: roles.map((role) => profileOf(role, ctx)),
  };
}

const roleOf = ({ name, allow, tags }: BlueprintRole, { nowMs, random }: Pick<Ctx, 'nowMs' | 'random'>): Role => ({
  ...{ name, path: '/', id: newId('AROA', random), createdMs: nowMs, tags: { ...tags }, attached: [] },
  inline: allow.length === 0 ? {} : { blueprint: documentOf({ Action: allow, Resource: '*' }) },
  ...{ trust: TRUST, description: 'A role of the blueprint.', maxSessionS: 3_600 },
});

const profileOf = ({ name }: BlueprintRole, { nowMs, random }: Pick<Ctx, 'nowMs' | 'random'>): InstanceProfile => ({
  ...{ name, path: '/', id: newId('AIPA', random), createdMs: nowMs, role: name },
});

function documentOf(statement: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
}
