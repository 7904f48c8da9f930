import type {
  GetParameterHistoryRequest,
  GetParameterHistoryResult,
  GetParameterRequest,
  GetParameterResult,
  GetParametersByPathRequest,
  GetParametersByPathResult,
  GetParametersRequest,
  GetParametersResult,
} from '@aws-sdk/client-ssm';
import { Fault } from '../../fault.ts';
import type { RegionState } from '../../state.ts';
import type { Step } from '../../step.ts';
import { checkCount, pageOf } from '../check.ts';
import { readFilters } from './filters.ts';
import { checkPath, currentOf, liesUnder, requireParameter, type Selected, select } from './name.ts';
import { historyView, parameterView } from './views.ts';

/** A parameter by name, ARN, `name:version` or `name:label`. */
export const getParameter: Step<GetParameterRequest, GetParameterResult> = (state, input) => ({
  Parameter: parameterView(state, select(state, input.Name), input.WithDecryption),
});

/** Those of ten at most that there are; the names of the others are told. */
export const getParameters: Step<GetParametersRequest, GetParametersResult> = (state, input) => {
  const names = [...new Set(input.Names ?? [])];
  checkCount(names, 'names', [1, 10]);
  const found = names.map((name) => ({ name, selected: selectIfThere(state, name) }));
  return {
    Parameters: found.flatMap(({ selected }) =>
      selected ? [parameterView(state, selected, input.WithDecryption)] : [],
    ),
    InvalidParameters: found.flatMap(({ name, selected }) => (selected ? [] : [name])),
  };
};

function selectIfThere(state: RegionState, name: string): Selected | undefined {
  try {
    return select(state, name);
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

/** The parameters under a path, by name; a label chooses a version of each. */
export const getParametersByPath: Step<GetParametersByPathRequest, GetParametersByPathResult> = (state, input) => {
  const { Path: path = '', Recursive: isRecursive = false, WithDecryption: decrypts } = input;
  checkPath(path);
  const { matches, versionOf } = readFilters(input.ParameterFilters, ['Type', 'KeyId', 'Label']);
  const under = state.ssm.parameters
    .filter((one) => liesUnder(one.name, path, isRecursive) && matches(one))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const { items, more } = pageOf(under, input, 10);
  return {
    Parameters: items.map((parameter) => {
      const version = versionOf(parameter) ?? currentOf(parameter);
      return parameterView(state, { parameter, version }, decrypts);
    }),
    ...more,
  };
};

/** The versions of a parameter, the oldest first. */
export const getParameterHistory: Step<GetParameterHistoryRequest, GetParameterHistoryResult> = (state, input) => {
  const parameter = requireParameter(state, input.Name);
  const { items, more } = pageOf(parameter.versions, input, 50);
  return {
    Parameters: items.map((version) => historyView(state, { parameter, version }, input.WithDecryption)),
    ...more,
  };
};
