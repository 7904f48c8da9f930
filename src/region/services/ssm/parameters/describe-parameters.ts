import type {
  DescribeParametersRequest,
  DescribeParametersResult,
  ParameterStringFilter,
  ParametersFilter,
} from '@aws-sdk/client-ssm';
import { honourOnly } from '../../honour-only.ts';
import type { Step } from '../../step.ts';
import { invalid, pageOf } from '../check.ts';
import { readFilters } from './filters.ts';
import { currentOf } from './name.ts';
import { metadataView } from './views.ts';

/** What is known of the parameters, without their values, by name. */
export const describeParameters: Step<DescribeParametersRequest, DescribeParametersResult> = (state, input) => {
  honourOnly(input, ['Filters', 'ParameterFilters', 'MaxResults', 'NextToken']);
  const { Filters: older = [], ParameterFilters: newer = [] } = input;
  if (older.length > 0 && newer.length > 0) {
    throw invalid('You can use either Filters or ParameterFilters in a single request.');
  }
  const { matches, versionOf } = readFilters(
    [...older.map(asNewer), ...newer],
    [...['Path', 'Name', 'Type', 'KeyId', 'Tier', 'DataType', 'Label', 'tag:']],
  );
  const found = state.ssm.parameters.filter(matches).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const { items, more } = pageOf(found, input, 50);
  return {
    Parameters: items.map((parameter) =>
      metadataView(state, { parameter, version: versionOf(parameter) ?? currentOf(parameter) }),
    ),
    ...more,
  };
};

/** The older kind of filter takes names by their beginning. */
const asNewer = ({ Key, Values }: ParametersFilter): ParameterStringFilter => ({
  Key,
  Values,
  Option: Key === 'Name' ? 'BeginsWith' : 'Equals',
});
