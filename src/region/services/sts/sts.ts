import type { GetCallerIdentityRequest, GetCallerIdentityResponse } from '@aws-sdk/client-sts';
import { identityOf, principalOf } from '../iam/principal.ts';
import type { Step, Steps } from '../step.ts';
import { assumeRole } from './assume-role.ts';

const getCallerIdentity: Step<GetCallerIdentityRequest, GetCallerIdentityResponse> = (state, _input, { caller }) => {
  const { arn, userId } = identityOf(state, principalOf(state, caller.accessKeyId));
  return { Account: state.accountId, Arn: arn, UserId: userId };
};

export const STS: Steps = { GetCallerIdentity: getCallerIdentity, AssumeRole: assumeRole };
