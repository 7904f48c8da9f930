import type { ParameterHistory, ParameterMetadata, Parameter as ParameterView } from '@aws-sdk/client-ssm';
import type { RegionState } from '../../state.ts';
import type { ParameterVersion } from '../ssm-state.ts';
import { arnOf, type Selected } from './name.ts';

export const parameterView = (
  state: RegionState,
  { parameter, version, selector }: Selected,
  decrypts = false,
): ParameterView => ({
  Name: parameter.name,
  Type: version.type,
  Value: shownValue(version, decrypts),
  Version: version.version,
  ...(selector !== undefined && { Selector: selector }),
  LastModifiedDate: new Date(version.modifiedMs),
  ARN: arnOf(state, parameter.name),
  DataType: 'text',
});

export const historyView = (state: RegionState, selected: Selected, decrypts = false): ParameterHistory => {
  const { ARN, ...facts } = metadataView(state, selected);
  return { ...facts, Value: shownValue(selected.version, decrypts), Labels: selected.version.labels };
};

export const metadataView = (state: RegionState, { parameter, version }: Selected): ParameterMetadata => ({
  Name: parameter.name,
  ARN: arnOf(state, parameter.name),
  Type: version.type,
  ...(version.keyId !== undefined && { KeyId: version.keyId }),
  LastModifiedDate: new Date(version.modifiedMs),
  LastModifiedUser: version.modifiedBy,
  ...(version.description !== undefined && { Description: version.description }),
  ...(version.allowedPattern !== undefined && { AllowedPattern: version.allowedPattern }),
  Version: version.version,
  Tier: version.tier,
  Policies: [],
  DataType: 'text',
});

const shownValue = ({ value, sealed }: ParameterVersion, decrypts: boolean): string =>
  decrypts ? value : (sealed ?? value);
