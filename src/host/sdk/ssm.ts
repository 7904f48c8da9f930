import {
  DeleteParametersCommand,
  GetParametersByPathCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import type { Sdk } from './sdk.ts';

/** The SSM client and the commands that this program uses. Loaded on first use. */
export const sdk = {
  open: (config) => new SSMClient(config),
  commands: {
    GetParametersByPath: GetParametersByPathCommand,
    PutParameter: PutParameterCommand,
    DeleteParameters: DeleteParametersCommand,
  },
} satisfies Sdk<'ssm'>;
