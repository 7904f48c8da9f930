import type { ListMetricsInput, ListMetricsOutput } from '@aws-sdk/client-cloudwatch';
import { honourOnly } from '../honour-only.ts';
import type { Step } from '../step.ts';
import { pageOf } from './check.ts';

const PAGE = 500;

/** The metrics that have data: here all of them are recently active. */
export const listMetrics: Step<ListMetricsInput, ListMetricsOutput> = (state, input) => {
  honourOnly(input, ['Namespace', 'MetricName', 'Dimensions', 'NextToken', 'RecentlyActive']);
  const { Namespace: namespace, MetricName: name, Dimensions: filters = [] } = input;
  const matches = Object.entries(state.cloudWatch.metrics)
    .filter(
      ([, metric]) =>
        (namespace === undefined || metric.namespace === namespace) &&
        (name === undefined || metric.name === name) &&
        filters.every(({ Name, Value }) =>
          metric.dimensions.some((one) => one.name === Name && (Value === undefined || one.value === Value)),
        ),
    )
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const { items, more } = pageOf(matches, input.NextToken, PAGE);
  return {
    Metrics: items.map(([, metric]) => ({
      Namespace: metric.namespace,
      MetricName: metric.name,
      Dimensions: metric.dimensions.map((one) => ({ Name: one.name, Value: one.value })),
    })),
    ...more,
  };
};
