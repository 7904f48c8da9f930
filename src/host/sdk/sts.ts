import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Sdk } from './sdk.ts';

/** The STS client and the commands that this program uses. Loaded on first use. */
export const sdk = {
  open: (config) => new STSClient(config),
  commands: { GetCallerIdentity: GetCallerIdentityCommand },
} satisfies Sdk<'sts'>;
