import type { Tag } from '@aws-sdk/client-iam';
import type { Step } from '../step.ts';

/** What requests say that differ by the kind of the holder alone. */
interface HolderInput {
  readonly UserName?: string;
  readonly GroupName?: string;
  readonly RoleName?: string;
  readonly PolicyName?: string;
  readonly PolicyArn?: string;
  readonly PolicyDocument?: string;
  readonly PermissionsBoundary?: string;
  readonly PathPrefix?: string;
  readonly Tags?: Tag[];
  readonly TagKeys?: string[];
  readonly Marker?: string;
  readonly MaxItems?: number;
}

export type HolderStep = Step<HolderInput, unknown>;
