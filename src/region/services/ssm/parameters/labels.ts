import type {
  LabelParameterVersionRequest,
  LabelParameterVersionResult,
  UnlabelParameterVersionRequest,
  UnlabelParameterVersionResult,
} from '@aws-sdk/client-ssm';
import { Fault } from '../../fault.ts';
import type { Step } from '../../step.ts';
import { checkCount, checkLength } from '../check.ts';
import type { Parameter, ParameterVersion } from '../ssm-state.ts';
import { currentOf, noVersion, requireParameter } from './name.ts';

const MOST_LABELS = 10;

/** Puts labels on a version, the current one by default. A label is at one version of a parameter: it moves. */
export const labelParameterVersion: Step<LabelParameterVersionRequest, LabelParameterVersionResult> = (
  state,
  input,
) => {
  const parameter = requireParameter(state, input.Name);
  const version = versionOf(parameter, input.ParameterVersion);
  const labels = readLabels(input.Labels);
  const valid = labels.filter(isLabel);
  const after = [...new Set([...version.labels, ...valid])];
  if (after.length > MOST_LABELS) {
    throw new Fault(
      'ParameterVersionLabelLimitExceeded',
      `A parameter version can have maximum ${MOST_LABELS} labels. Move one or more labels to another version and try again.`,
      400,
    );
  }
  for (const other of parameter.versions) other.labels = other.labels.filter((label) => !valid.includes(label));
  version.labels = after;
  return { InvalidLabels: labels.filter((label) => !isLabel(label)), ParameterVersion: version.version };
};

export const unlabelParameterVersion: Step<UnlabelParameterVersionRequest, UnlabelParameterVersionResult> = (
  state,
  input,
) => {
  const version = versionOf(requireParameter(state, input.Name), input.ParameterVersion);
  const labels = readLabels(input.Labels);
  const before = version.labels;
  version.labels = before.filter((label) => !labels.includes(label));
  return {
    RemovedLabels: labels.filter((label) => before.includes(label)),
    InvalidLabels: labels.filter((label) => !before.includes(label)),
  };
};

function versionOf(parameter: Parameter, number: number | undefined): ParameterVersion {
  if (number === undefined) return currentOf(parameter);
  const version = parameter.versions.find((one) => one.version === number);
  if (!version) throw noVersion(parameter.name, number);
  return version;
}

function readLabels(given: readonly string[] | undefined): readonly string[] {
  const labels = [...new Set(given ?? [])];
  checkCount(labels, 'labels', [1, MOST_LABELS]);
  for (const label of labels) checkLength(label, 'labels', [1, 100]);
  return labels;
}

const isLabel = (label: string): boolean => /^(?!\d|aws|ssm)[A-Za-z0-9_.-]+$/i.test(label);
