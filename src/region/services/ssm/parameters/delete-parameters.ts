import type {
  DeleteParameterRequest,
  DeleteParameterResult,
  DeleteParametersRequest,
  DeleteParametersResult,
} from '@aws-sdk/client-ssm';
import type { Step } from '../../step.ts';
import { checkCount } from '../check.ts';
import { findParameter, requireParameter } from './name.ts';

export const deleteParameter: Step<DeleteParameterRequest, DeleteParameterResult> = (state, input) => {
  const gone = requireParameter(state, input.Name);
  state.ssm.parameters = state.ssm.parameters.filter((one) => one !== gone);
  return {};
};

/** Those of ten at most that there are; the names of the others are told. */
export const deleteParameters: Step<DeleteParametersRequest, DeleteParametersResult> = (state, input) => {
  const names = [...new Set(input.Names ?? [])];
  checkCount(names, 'names', [1, 10]);
  const found = names.map((name) => ({ name, parameter: findParameter(state, name) }));
  state.ssm.parameters = state.ssm.parameters.filter((one) => !found.some(({ parameter }) => parameter === one));
  return {
    DeletedParameters: found.flatMap(({ name, parameter }) => (parameter ? [name] : [])),
    InvalidParameters: found.flatMap(({ name, parameter }) => (parameter ? [] : [name])),
  };
};
