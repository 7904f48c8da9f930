import type { PutParameterRequest, PutParameterResult } from '@aws-sdk/client-ssm';
import { Fault } from '../../fault.ts';
import { honourOnly } from '../../honour-only.ts';
import { identityOf, principalOf } from '../../iam/principal.ts';
import type { RegionState } from '../../state.ts';
import { type Ctx, randomDigits, type Step } from '../../step.ts';
import { checkLength, checkWord, invalid, outside } from '../check.ts';
import type { Parameter, ParameterTier, ParameterType, ParameterVersion } from '../ssm-state.ts';
import { readTags } from '../tags.ts';
import { checkPattern } from './allowed-pattern.ts';
import { checkNewName, currentOf, findParameter } from './name.ts';

/** So many versions are kept; the oldest leaves, unless it has a label. */
const MOST_VERSIONS = 100;
/** So many characters a value may have, and so many parameters of the tier there may be in an account. */
const LIMITS: Readonly<Record<ParameterTier, { readonly value: number; readonly parameters: number }>> = {
  Standard: { value: 4_096, parameters: 10_000 },
  Advanced: { value: 8_192, parameters: 100_000 },
};

/** Makes a parameter, or with `Overwrite` a new version of one. Policies and types of data other than text are refused. */
export const putParameter: Step<PutParameterRequest, PutParameterResult> = (state, input, ctx) => {
  honourOnly(input, [
    ...['Name', 'Description', 'Value', 'Type', 'KeyId', 'Overwrite', 'AllowedPattern', 'Tags', 'Tier', 'DataType'],
  ]);
  const { Name: name = '', Value: value = '', Overwrite: overwrites = false } = input;
  checkMembers(input);
  const before = findParameter(state, name);
  if (overwrites && (input.Tags ?? []).length > 0) throw invalid(TAGS_AND_OVERWRITE);
  if (!before) checkNewName(name);
  else if (!overwrites) throw new Fault('ParameterAlreadyExists', ALREADY_EXISTS, 400);
  const current = before && currentOf(before);
  const type = typeOf(input, current?.type);
  const tier = tierOf(input, current?.tier);
  checkSize(value, tier);
  if (!before) checkRoom(state, tier);
  checkPattern(input.AllowedPattern ?? current?.allowedPattern ?? '', value);
  const versions = roomFor(before);
  const tags = before?.tags ?? readTags(input.Tags);
  const modifiedBy = identityOf(state, principalOf(state, ctx.caller.accessKeyId)).arn;
  const about = { value, type, tier, ...(current && { before: current }) };
  const version = versionOf(input, about, { ...ctx, modifiedBy });
  if (before) before.versions = [...versions, version];
  else state.ssm.parameters.push({ name, tags, versions: [version] });
  return { Version: version.version, Tier: tier };
};

function checkMembers({ Value, Description, DataType: dataType = 'text', AllowedPattern }: PutParameterRequest): void {
  checkLength(Value ?? '', 'value', [1, Number.MAX_SAFE_INTEGER]);
  checkLength(Description, 'description', [0, 1_024]);
  checkLength(AllowedPattern, 'allowedPattern', [0, 1_024]);
  if (dataType === 'aws:ec2:image' || dataType === 'aws:ssm:integration') {
    throw new Fault('UnsupportedOperation', `The region does not honour the data type "${dataType}".`, 400);
  }
  if (dataType !== 'text') {
    throw invalid(`The following data type is not supported: ${dataType} (Data type names are all lowercase.)`);
  }
}

/** A type stays what it was. */
function typeOf({ Type: asked }: PutParameterRequest, before: ParameterType | undefined): ParameterType {
  if (asked === undefined && before === undefined) {
    throw invalid('A parameter type is required when you create a parameter.');
  }
  const type = checkWord(asked ?? before ?? '', 'type', ['SecureString', 'StringList', 'String']);
  if (before !== undefined && type !== before) {
    const why = `Parameter Store doesn't support changing a parameter type in a hierarchy: it is ${before}, not ${type}. Create a new, unique parameter.`;
    throw new Fault('HierarchyTypeMismatchException', why, 400);
  }
  return type;
}

/** Intelligent tiering takes what the value needs. An advanced parameter does not become a standard one again. */
function tierOf({ Tier: asked, Value: value = '' }: PutParameterRequest, before?: ParameterTier): ParameterTier {
  const wanted = checkWord(asked ?? before ?? 'Standard', 'tier', ['Standard', 'Advanced', 'Intelligent-Tiering']);
  if (wanted !== 'Intelligent-Tiering') {
    if (wanted === 'Standard' && before === 'Advanced') throw invalid(NO_WAY_BACK);
    return wanted;
  }
  return before === 'Advanced' || value.length > LIMITS.Standard.value ? 'Advanced' : 'Standard';
}

function checkSize(value: string, tier: ParameterTier): void {
  const most = LIMITS[tier].value;
  if (value.length <= most) return;
  if (tier === 'Advanced')
    throw outside(`${value.slice(0, 20)}...`, 'value', `Member must have length less than or equal to ${most}`);
  throw invalid(
    `Standard tier parameters support a maximum parameter value of ${most} characters. To create a larger parameter value, ` +
      'upgrade the parameter to use the advanced-parameter tier. For more information, see ' +
      'https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html',
  );
}

function checkRoom(state: RegionState, tier: ParameterTier): void {
  const there = state.ssm.parameters.filter((one) => currentOf(one).tier === tier).length;
  if (there < LIMITS[tier].parameters) return;
  const why =
    'You have exceeded the number of parameters for this AWS account. Delete one or more parameters and try again.';
  throw new Fault('ParameterLimitExceeded', why, 400);
}

/** The versions that stay when one more comes. */
function roomFor(parameter: Parameter | undefined): readonly ParameterVersion[] {
  const { versions = [], name = '' } = parameter ?? {};
  const [oldest] = versions;
  if (versions.length < MOST_VERSIONS || !oldest) return versions;
  if (oldest.labels.length === 0) return versions.slice(1);
  throw new Fault(
    'ParameterMaxVersionLimitExceeded',
    `You attempted to create a new version of ${name} by calling the PutParameter API with the overwrite flag. Version ` +
      `${oldest.version}, the oldest version, can't be deleted because it has a label associated with it. Move the label ` +
      'to another version of the parameter, and try again.',
    400,
  );
}

/** What a new version does not say itself, it says as the one before did. */
function versionOf(
  input: PutParameterRequest,
  { value, type, tier, before }: { value: string; type: ParameterType; tier: ParameterTier; before?: ParameterVersion },
  { nowMs, random, modifiedBy }: Pick<Ctx, 'nowMs' | 'random'> & { readonly modifiedBy: string },
): ParameterVersion {
  const description = input.Description ?? before?.description;
  const allowedPattern = input.AllowedPattern ?? before?.allowedPattern ?? '';
  const keyId = input.KeyId ?? before?.keyId ?? 'alias/aws/ssm';
  return {
    version: (before?.version ?? 0) + 1,
    type,
    value,
    ...(type === 'SecureString' && { keyId, sealed: `AQICAHh${randomDigits(random, 120, 36)}` }),
    ...(description !== undefined && { description }),
    ...(allowedPattern !== '' && { allowedPattern }),
    tier,
    modifiedMs: nowMs,
    modifiedBy,
    labels: [],
  };
}

const ALREADY_EXISTS =
  'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.';
const TAGS_AND_OVERWRITE =
  "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite " +
  'flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.';
const NO_WAY_BACK =
  "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to " +
  'the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a standard parameter.';
