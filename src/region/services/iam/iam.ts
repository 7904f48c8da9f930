import type { Steps } from '../step.ts';
import { ACCESS_KEYS } from './access-keys.ts';
import { attachedSteps, boundarySteps } from './attached.ts';
import { GROUPS } from './groups.ts';
import { inlineSteps } from './inline.ts';
import { POLICIES } from './policies.ts';
import { PROFILES } from './profiles.ts';
import { ROLES } from './roles.ts';
import { SIMULATE } from './simulate.ts';
import { tagSteps } from './tags.ts';
import { USERS } from './users.ts';

/** The operations of IAM that the region has behaviour for. */
export const IAM: Steps = {
  ...USERS,
  ...GROUPS,
  ...ROLES,
  ...POLICIES,
  ...PROFILES,
  ...ACCESS_KEYS,
  ...SIMULATE,
  ...inlineSteps('User'),
  ...inlineSteps('Group'),
  ...inlineSteps('Role'),
  ...attachedSteps('User'),
  ...attachedSteps('Group'),
  ...attachedSteps('Role'),
  ...boundarySteps('User'),
  ...boundarySteps('Role'),
  ...tagSteps('User'),
  ...tagSteps('Role'),
  ...tagSteps('Policy'),
};
