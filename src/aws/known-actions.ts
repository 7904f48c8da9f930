import { nearest } from '../kernel/suggest.ts';
import { actionOf } from './actions.ts';
import operations from './operations.generated.json' with { type: 'json' };
import { matches } from './policy/pattern.ts';

/**
 * Actions of the same services that are no operations of theirs, or of an interface that has a catalogue of its own.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
const BESIDE: Readonly<Record<string, string>> = {
  dynamodb:
    'ConditionCheckItem PartiQLDelete PartiQLInsert PartiQLSelect PartiQLUpdate DescribeStream GetRecords ' +
    'GetShardIterator ListStreams CreateTableReplica DeleteTableReplica AssociateTableReplica ReadDataForReplication ' +
    'WriteDataForReplication ReplicateSettings InjectError StartAwsBackupJob RestoreTableFromAwsBackup ' +
    'DescribeReservedCapacity DescribeReservedCapacityOfferings PurchaseReservedCapacityOfferings',
  iam: 'PassRole CreateServiceLinkedRole DeleteCloudFrontPublicKey GetCloudFrontPublicKey ListCloudFrontPublicKeys',
  lambda: 'InvokeFunction InvokeFunctionUrl InvokeAsync EnableReplication DisableReplication',
  kms: 'ReEncryptFrom ReEncryptTo SynchronizeMultiRegionKey',
  sts: 'SetSourceIdentity TagSession SetContext GetServiceBearerToken',
  fis: 'InjectApiInternalError InjectApiThrottleError InjectApiUnavailableError',
  ssm: 'PutConfigurePackageResult UpdateInstanceInformation ListInstanceAssociations GetManifest RegisterManagedInstance',
  rds: 'CrossRegionCommunication',
  cloudwatch: 'Link',
};

/** Operations that are judged by the actions of what they do. */
const BY_STEPS: ReadonlySet<string> = new Set(
  'TransactWriteItems TransactGetItems ExecuteTransaction ExecuteStatement BatchExecuteStatement'
    .split(' ')
    .map((name) => `dynamodb:${name}`),
);

/** Prefixes that services share of which not all are known. */
const SHARED = new Set(['elasticloadbalancing']);

const KNOWN = new Map<string, readonly string[]>(
  Object.entries(operations).map(([service, names]) => {
    const own = names.map((name) => actionOf(service, name)).filter((action) => !BY_STEPS.has(action));
    const prefix = actionOf(service, '').slice(0, -1);
    const beside = BESIDE[prefix]?.split(' ').map((name) => `${prefix}:${name}`) ?? [];
    return [prefix, [...new Set([...own, ...beside])]];
  }),
);

/**
 * Why a policy that names an action would do nothing: its service has none that matches. Undefined where there is one, or
 * the actions of the service are not known. In upper and lower case alike, as IAM compares.
 */
export function actionProblem(pattern: string): string | undefined {
  const prefix = pattern.slice(0, pattern.indexOf(':')).toLowerCase();
  const real = Object.hasOwn(operations, prefix) ? actionOf(prefix, '').slice(0, -1) : prefix;
  if (real !== prefix) return `did you mean "${real}${pattern.slice(prefix.length)}"?`;
  const known = KNOWN.get(prefix);
  if (!known || SHARED.has(prefix)) return undefined;
  if (known.some((action) => matches(pattern.toLowerCase(), action.toLowerCase()))) return undefined;
  if (BY_STEPS.has(pattern))
    return 'write the actions of its steps, such as dynamodb:PutItem: IAM has none for the whole';
  const near = nearest(pattern, known);
  return near === undefined ? `write an action that ${prefix} has, or ${prefix}:*` : `did you mean "${near}"?`;
}
