import type { GetCallerIdentityRequest, GetCallerIdentityResponse } from '@aws-sdk/client-sts';
import type { Step, Steps } from '../step.ts';

const getCallerIdentity: Step<GetCallerIdentityRequest, GetCallerIdentityResponse> = ({ accountId }, _input, ctx) => ({
  Account: accountId,
  Arn: `arn:aws:iam::${accountId}:user/${ctx.caller.accessKeyId}`,
  UserId: ctx.caller.accessKeyId,
});

export const STS: Steps = { GetCallerIdentity: getCallerIdentity };
