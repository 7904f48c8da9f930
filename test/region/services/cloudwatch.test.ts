import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RegionState } from '../../../src/region/services/state.ts';
import { type SmallRegion, smallRegion } from '../small-region.ts';

const CW = 'cloudwatch';
const START = Date.UTC(2026, 0, 1);
const Namespace = 'Shop';
const at = (seconds: number) => new Date(START + seconds * 1_000);

type Datum = Record<string, unknown>;
const put = (region: SmallRegion, ...MetricData: Datum[]) =>
  region.call(CW, 'PutMetricData', {
    Namespace,
    MetricData: MetricData.map((datum) => ({ MetricName: 'Orders', StorageResolution: 1, ...datum })),
  });
const ask = (region: SmallRegion, more: Record<string, unknown> = {}) =>
  region.call(CW, 'GetMetricStatistics', {
    ...{ Namespace, MetricName: 'Orders', StartTime: at(0), EndTime: at(600), Period: 60 },
    Statistics: ['SampleCount', 'Sum', 'Minimum', 'Maximum', 'Average'],
    ...more,
  }).Datapoints;

describe('metrics', () => {
  test('values, sets and lists of values are summed up by period', () => {
    const region = smallRegion();
    put(region, { Value: 4, Timestamp: at(1) }, { Values: [1, 3], Counts: [2, 1], Timestamp: at(59) });
    put(region, { StatisticValues: { SampleCount: 2, Sum: 10, Minimum: 2, Maximum: 8 }, Timestamp: at(60) });
    expect(ask(region)).toEqual([
      { Timestamp: at(0), SampleCount: 4, Sum: 9, Minimum: 1, Maximum: 4, Average: 2.25, Unit: 'None' },
      { Timestamp: at(60), SampleCount: 2, Sum: 10, Minimum: 2, Maximum: 8, Average: 5, Unit: 'None' },
    ]);
    expect(ask(region, { Period: 1, Statistics: ['Sum'] }).map((one: Datum) => [one.Timestamp, one.Sum])).toEqual([
      [at(1), 4],
      [at(59), 5],
      [at(60), 10],
    ]);
  });

  test('what was published by the minute has no seconds', () => {
    const region = smallRegion();
    put(region, { Value: 4, Timestamp: at(59), StorageResolution: 60 });
    expect(ask(region, { Period: 1 })).toMatchObject([{ Timestamp: at(0), Sum: 4 }]);
  });

  test('units are kept apart, and the order of dimensions does not matter', () => {
    const region = smallRegion();
    const [a, b] = [
      { Name: 'a', Value: '1' },
      { Name: 'b', Value: '2' },
    ];
    put(region, { Value: 1, Timestamp: at(0), Unit: 'Count', Dimensions: [a, b] });
    put(region, { Value: 5, Timestamp: at(0), Unit: 'Seconds', Dimensions: [b, a] });
    expect(ask(region)).toEqual([]);
    expect(ask(region, { Dimensions: [b, a] })).toMatchObject([
      { Sum: 1, Unit: 'Count' },
      { Sum: 5, Unit: 'Seconds' },
    ]);
    expect(ask(region, { Dimensions: [a, b], Unit: 'Seconds' })).toMatchObject([{ Sum: 5 }]);
    const list = (filter: Record<string, unknown>) => region.call(CW, 'ListMetrics', filter).Metrics;
    expect(list({ Namespace, Dimensions: [{ Name: 'a' }, b] })).toEqual([
      { Namespace, MetricName: 'Orders', Dimensions: [a, b] },
    ]);
    expect(list({ Dimensions: [{ Name: 'a', Value: '2' }] })).toEqual([]);
  });

  test('data are kept by the second for ten minutes, by the minute for three hours, and then no longer', () => {
    const region = smallRegion();
    put(region, { Value: 1, Timestamp: at(1) }, { Value: 2, Timestamp: at(2) });
    const sums = (period: number) =>
      ask(region, { Period: period, StartTime: at(0), EndTime: at(60) }).map(({ Sum }: { Sum: number }) => Sum);
    region.pass(600_000);
    put(region, { Value: 9 });
    expect(sums(1)).toEqual([1, 2]);
    region.pass(60_000);
    put(region, { Value: 9 });
    expect([sums(1), sums(60)]).toEqual([[3], [3]]);
    region.pass(3 * 3_600_000 + 60_000);
    put(region, { Value: 9, MetricName: 'Other' });
    expect(region.call(CW, 'ListMetrics').Metrics).toMatchObject([{ MetricName: 'Other' }]);
  });

  test('there is a bound of metrics; those that are there go on', () => {
    const region = smallRegion();
    const datum = (k: number) => ({ MetricName: `m${k}`, Value: k });
    for (const from of [0, 1_000]) {
      const MetricData = Array.from({ length: 1_000 }, (_, k) => datum(from + k));
      region.call(CW, 'PutMetricData', { Namespace, MetricData });
    }
    const refusal = (MetricData: Datum[]) => region.refusal(CW, 'PutMetricData', { Namespace, MetricData });
    expect(refusal([datum(1), datum(2_000)])).toBe('LimitExceeded');
    expect(refusal([{ ...datum(1), Unit: 'Count' }])).toBe('LimitExceeded');
    expect(refusal([datum(1), datum(1_999)])).toBeUndefined();
  });

  test.each<[string, Datum | undefined, Datum?]>([
    ['MissingParameter', { Value: undefined }],
    ['MissingParameter', undefined],
    ['MissingParameter', { Value: 1, MetricName: ' ' }],
    ['MissingParameter', { Value: 1, Dimensions: [{ Name: 'a', Value: '' }] }],
    ['InvalidParameterCombination', { Value: 1, Values: [1] }],
    ['InvalidParameterValue', { Value: Number.NaN }],
    ['InvalidParameterValue', { Value: 2 ** 361 }],
    ['InvalidParameterValue', { Value: 1, StorageResolution: 10 }],
    ['InvalidParameterValue', { Value: 1, Unit: 'Parsecs' }],
    ['InvalidParameterValue', { Value: 1, Timestamp: at(7_201) }],
    ['InvalidParameterValue', { Values: [1, 2], Counts: [1] }],
    ['InvalidParameterValue', { StatisticValues: { SampleCount: 0, Sum: 0, Minimum: 0, Maximum: 0 } }],
    ['InvalidParameterValue', { Value: 1 }, { Namespace: 'AWS/EC2' }],
    [
      'InvalidParameterValue',
      { Value: 1, Dimensions: Array.from({ length: 31 }, (_, k) => ({ Name: `${k}`, Value: 'v' })) },
    ],
    ['UnsupportedOperation', { Value: 1, Timestamp: at(-10_801) }],
    ['UnsupportedOperation', { Value: 1 }, { EntityMetricData: [] }],
  ])('data are refused with %s: %j', (code, datum, more = {}) => {
    const region = smallRegion();
    const before = region.world.snapshot();
    const MetricData = datum
      ? [
          { MetricName: 'ok', Value: 1 },
          { MetricName: 'm', ...datum },
        ]
      : [];
    expect(region.refusal(CW, 'PutMetricData', { Namespace, MetricData, ...more })).toBe(code);
    expect(region.world.snapshot()).toEqual(before);
  });

  test.each<[string, object]>([
    ['InvalidParameterValue', { Period: 7 }],
    ['InvalidParameterValue', { Statistics: ['Median'] }],
    ['InvalidParameterCombination', { Statistics: [] }],
    ['InvalidParameterCombination', { StartTime: at(600) }],
    ['InvalidParameterCombination', { Period: 1, EndTime: at(1_441) }],
    ['UnsupportedOperation', { Statistics: undefined, ExtendedStatistics: ['p99'] }],
  ])('a question is refused with %s: %j', (code, more) => {
    const input = { Namespace, MetricName: 'm', StartTime: at(0), EndTime: at(600), Period: 60, Statistics: ['Sum'] };
    expect(smallRegion().refusal(CW, 'GetMetricStatistics', { ...input, ...more })).toBe(code);
  });
});

describe('queries for several metrics', () => {
  const MetricStat = { Metric: { Namespace, MetricName: 'Orders' }, Period: 1, Stat: 'Sum' };
  const asked = (...MetricDataQueries: object[]) => ({ MetricDataQueries, StartTime: at(0), EndTime: at(600) });

  test('are answered one by one, the latest data first, in pages', () => {
    const region = smallRegion();
    for (const second of [1, 2, 3]) put(region, { Value: second, Timestamp: at(second) });
    const queries = asked(
      { Id: 'a', MetricStat, Label: 'all' },
      { Id: 'b', MetricStat, ReturnData: false },
      { Id: 'c', MetricStat },
    );
    const page = (more: object) => region.call(CW, 'GetMetricData', { ...queries, ...more });
    expect(page({}).MetricDataResults).toEqual([
      { Id: 'a', Label: 'all', Timestamps: [at(3), at(2), at(1)], Values: [3, 2, 1], StatusCode: 'Complete' },
      { Id: 'c', Label: 'Orders', Timestamps: [at(3), at(2), at(1)], Values: [3, 2, 1], StatusCode: 'Complete' },
    ]);
    const values = ({ MetricDataResults }: { MetricDataResults: { Values: number[]; StatusCode: string }[] }) =>
      MetricDataResults.map(({ Values, StatusCode }) => [StatusCode, ...Values]);
    const first = page({ MaxDatapoints: 4, ScanBy: 'TimestampAscending' });
    expect(values(first)).toEqual([
      ['Complete', 1, 2, 3],
      ['PartialData', 1],
    ]);
    const second = page({ MaxDatapoints: 4, ScanBy: 'TimestampAscending', NextToken: first.NextToken });
    expect(values(second)).toEqual([['Complete'], ['Complete', 2, 3]]);
    expect(second.NextToken).toBeUndefined();
  });

  test('expressions are refused by their name', () => {
    const call = () => smallRegion().call(CW, 'GetMetricData', asked({ Id: 'e1', Expression: 'SUM(METRICS())' }));
    expect(call).toThrow(/"e1" has "SUM\(METRICS\(\)\)"/);
    const refusal = (...queries: object[]) => smallRegion().refusal(CW, 'GetMetricData', asked(...queries));
    expect(refusal({ Id: 'A', MetricStat })).toBe('ValidationError');
    expect(refusal({ Id: 'a', MetricStat }, { Id: 'a', MetricStat })).toBe('ValidationError');
    expect(refusal({ Id: 'a', MetricStat: { ...MetricStat, Stat: 'p99' } })).toBe('UnsupportedOperation');
    expect(refusal({ Id: 'a', MetricStat, Label: '${MAX}' })).toBe('UnsupportedOperation');
  });
});

const ALARM = {
  ...{ AlarmName: 'orders', Namespace, MetricName: 'Orders', Statistic: 'Sum', Period: 1, EvaluationPeriods: 3 },
  ...{ DatapointsToAlarm: 2, Threshold: 1, ComparisonOperator: 'LessThanThreshold' },
};
const alarm = (region: SmallRegion) => region.call(CW, 'DescribeAlarms', { AlarmNames: ['orders'] }).MetricAlarms[0];
/** Publishes one value in the middle of each second, and lets that second pass. */
const live = (region: SmallRegion, ...values: (number | undefined)[]) =>
  values.map((Value) => {
    region.pass(500);
    if (Value !== undefined) put(region, { Value });
    region.pass(500);
    return alarm(region)?.StateValue;
  });
const history = (region: SmallRegion, more = {}) => region.call(CW, 'DescribeAlarmHistory', more).AlarmHistoryItems;

describe('alarms', () => {
  test('go off and are calm again as their metric has it, with the reason, and tell it in their history', () => {
    const region = smallRegion();
    region.call(CW, 'PutMetricAlarm', { ...ALARM, AlarmActions: ['arn:aws:sns:us-east-1:1:pager'] });
    expect(alarm(region)).toMatchObject({
      StateValue: 'INSUFFICIENT_DATA',
      StateReason: 'Unchecked: Initial alarm creation',
      AlarmArn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:orders',
    });
    // A second is judged a quarter of a second after its end, when its last data have arrived.
    expect(live(region, 1, 1, 1, 0, 0, 0)).toEqual(['INSUFFICIENT_DATA', ...['OK', 'OK', 'OK', 'OK'], 'ALARM']);
    expect(alarm(region)).toMatchObject({
      StateReason:
        'Threshold Crossed: 2 out of the last 3 datapoints [0.0 (01/01/26 00:00:03), 0.0 (01/01/26 00:00:04)] were ' +
        'less than the threshold (1.0) (minimum 2 datapoints for OK -> ALARM transition).',
      StateTransitionedTimestamp: at(5.25),
    });
    expect(JSON.parse(alarm(region).StateReasonData)).toMatchObject({
      queryDate: '2026-01-01T00:00:05.250+0000',
      startDate: '2026-01-01T00:00:02.000+0000',
      recentDatapoints: [1, 0, 0],
      threshold: 1,
    });
    expect(live(region, 1, 1, 1).at(-1)).toBe('OK');
    expect(history(region, { AlarmName: 'orders', HistoryItemType: 'StateUpdate' })).toMatchObject([
      { HistorySummary: 'Alarm updated from ALARM to OK' },
      { HistorySummary: 'Alarm updated from OK to ALARM' },
      { HistorySummary: 'Alarm updated from INSUFFICIENT_DATA to OK' },
    ]);
    const [action, ...others] = history(region, { HistoryItemType: 'Action' });
    expect(others).toEqual([]);
    expect(action.HistorySummary).toBe('Failed to execute action arn:aws:sns:us-east-1:1:pager');
    expect(JSON.parse(action.HistoryData)).toMatchObject({ actionState: 'Failed', error: expect.stringMatching(/./) });
  });

  test.each([
    ['missing', 'INSUFFICIENT_DATA', 'Insufficient Data: 3 datapoints were unknown.'],
    [
      'ignore',
      'OK',
      expect.stringMatching(/^Threshold Crossed: 1 out of the last 3 datapoints .* was not less than .* ALARM -> OK/),
    ],
    ['notBreaching', 'OK', expect.stringMatching(/^Threshold Crossed: 1 out of the last 3 datapoints/)],
    [
      'breaching',
      'ALARM',
      expect.stringMatching(
        /^Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated as \[Breaching\]\.$/,
      ),
    ],
  ])('when data stop and are taken as %s, an alarm ends as %s', (TreatMissingData, state, StateReason) => {
    const region = smallRegion();
    region.call(CW, 'PutMetricAlarm', { ...ALARM, DatapointsToAlarm: 3, TreatMissingData });
    live(region, 0, 0, 0, 0, 1, 1, 1, 1, ...Array.from({ length: 12 }, () => undefined));
    expect(alarm(region)).toMatchObject({ StateValue: state, StateReason });
  });

  test('a period of more than a minute is looked at every minute', () => {
    const region = smallRegion();
    region.call(CW, 'PutMetricAlarm', { ...ALARM, Period: 300, EvaluationPeriods: 1, DatapointsToAlarm: 1 });
    put(region, { Value: 5 });
    region.pass(61_000);
    expect(alarm(region).StateValue).toBe('OK');
  });

  test('a state that was set lasts until the next evaluation', () => {
    const region = smallRegion();
    region.call(CW, 'PutMetricAlarm', ALARM);
    live(region, 1, 1, 1);
    region.call(CW, 'SetAlarmState', { AlarmName: 'orders', StateValue: 'ALARM', StateReason: 'a drill' });
    expect(alarm(region)).toMatchObject({ StateValue: 'ALARM', StateReason: 'a drill' });
    expect(live(region, 1)).toEqual(['OK']);
    const set = (more: object) =>
      region.refusal(CW, 'SetAlarmState', { AlarmName: 'orders', StateValue: 'OK', StateReason: 'x', ...more });
    expect(set({ AlarmName: 'none' })).toBe('ResourceNotFound');
    expect(set({ StateValue: 'FINE' })).toBe('InvalidParameterValue');
    expect(set({ StateReasonData: '{' })).toBe('InvalidFormat');
  });

  test('an alarm that is changed keeps its state until it is evaluated; one that is deleted leaves its history', () => {
    const region = smallRegion();
    region.call(CW, 'PutMetricAlarm', ALARM);
    live(region, 1, 1, 1);
    region.call(CW, 'PutMetricAlarm', { ...ALARM, Threshold: 5 });
    expect(live(region, 1)).toEqual(['ALARM']);
    expect(region.refusal(CW, 'DeleteAlarms', { AlarmNames: ['orders', 'none'] })).toBe('ResourceNotFound');
    region.call(CW, 'DeleteAlarms', { AlarmNames: ['orders'] });
    expect(alarm(region)).toBeUndefined();
    region.pass(5_000);
    const updates = history(region, { HistoryItemType: 'ConfigurationUpdate', ScanBy: 'TimestampAscending' });
    expect(updates.map((item: { HistorySummary: string }) => item.HistorySummary)).toEqual([
      'Alarm "orders" created',
      'Alarm "orders" updated',
      'Alarm "orders" deleted',
    ]);
    expect((region.world.snapshot() as unknown as RegionState).timers).not.toContainEqual(
      expect.objectContaining({ do: 'evaluate-alarm' }),
    );
  });

  test('actions that are switched off are not even tried', () => {
    const region = smallRegion();
    region.call(CW, 'PutMetricAlarm', { ...ALARM, OKActions: ['arn:aws:sns:us-east-1:1:pager'] });
    region.call(CW, 'DisableAlarmActions', { AlarmNames: ['orders', 'none'] });
    expect(alarm(region).ActionsEnabled).toBe(false);
    live(region, 1, 1);
    expect(history(region, { HistoryItemType: 'Action' })).toEqual([]);
    region.call(CW, 'EnableAlarmActions', { AlarmNames: ['orders'] });
    expect(alarm(region).ActionsEnabled).toBe(true);
  });

  test('are found by name, prefix, state, action and metric, in pages', () => {
    const region = smallRegion();
    const AlarmActions = ['arn:aws:sns:us-east-1:1:pager'];
    for (const AlarmName of ['b', 'a2', 'a1']) region.call(CW, 'PutMetricAlarm', { ...ALARM, AlarmName });
    region.call(CW, 'PutMetricAlarm', { ...ALARM, AlarmName: 'a3', AlarmActions, MetricName: 'Other' });
    const names = (input: object, operation = 'DescribeAlarms') =>
      region.call(CW, operation, input as never).MetricAlarms.map((one: { AlarmName: string }) => one.AlarmName);
    expect(names({ AlarmNamePrefix: 'a' })).toEqual(['a1', 'a2', 'a3']);
    expect(names({ ActionPrefix: 'arn:aws:sns' })).toEqual(['a3']);
    expect(names({ StateValue: 'OK' })).toEqual([]);
    expect(names({ AlarmTypes: ['CompositeAlarm'] })).toEqual([]);
    expect(names({ Namespace, MetricName: 'Orders', Statistic: 'Sum' }, 'DescribeAlarmsForMetric')).toEqual([
      'a1',
      'a2',
      'b',
    ]);
    const first = region.call(CW, 'DescribeAlarms', { MaxRecords: 3 });
    expect([first.MetricAlarms.length, names({ NextToken: first.NextToken })]).toEqual([3, ['b']]);
    expect(region.refusal(CW, 'DescribeAlarms', { NextToken: 'x' })).toBe('InvalidNextToken');
    expect(region.refusal(CW, 'DescribeAlarms', { AlarmNames: ['a'], AlarmNamePrefix: 'a' })).toBe(
      'InvalidParameterCombination',
    );
  });

  test('have tags', () => {
    const region = smallRegion();
    region.call(CW, 'PutMetricAlarm', { ...ALARM, Tags: [{ Key: 'team', Value: 'web' }] });
    const { AlarmArn: ResourceARN } = alarm(region);
    region.call(CW, 'TagResource', { ResourceARN, Tags: [{ Key: 'tier', Value: '1' }] });
    region.call(CW, 'UntagResource', { ResourceARN, TagKeys: ['team'] });
    expect(region.call(CW, 'ListTagsForResource', { ResourceARN }).Tags).toEqual([{ Key: 'tier', Value: '1' }]);
    expect(region.refusal(CW, 'ListTagsForResource', { ResourceARN: 'arn:x' })).toBe('ResourceNotFoundException');
  });

  test.each<[string, object]>([
    ['MissingParameter', { Threshold: undefined }],
    ['MissingParameter', { Period: undefined }],
    ['MissingParameter', { EvaluationPeriods: undefined }],
    ['MissingParameter', { ComparisonOperator: undefined }],
    ['MissingParameter', { Statistic: undefined }],
    ['MissingParameter', { MetricName: undefined }],
    ['ValidationError', { Period: 15 }],
    ['ValidationError', { DatapointsToAlarm: 4 }],
    ['ValidationError', { Period: 3_600, EvaluationPeriods: 25 }],
    ['ValidationError', { TreatMissingData: 'good' }],
    ['ValidationError', { AlarmActions: ['page me'] }],
    ['InvalidParameterCombination', { Metrics: [] }],
    ['UnsupportedOperation', { MetricName: undefined, Metrics: [] }],
    ['UnsupportedOperation', { ComparisonOperator: 'LessThanLowerThreshold' }],
    ['UnsupportedOperation', { Statistic: undefined, ExtendedStatistic: 'p99' }],
    ['UnsupportedOperation', { EvaluateLowSampleCountPercentile: 'ignore' }],
    ['UnsupportedOperation', { EvaluationPeriods: 600 }],
  ])('are refused with %s: %j', (code, more) => {
    const region = smallRegion();
    const before = region.world.snapshot();
    expect(region.refusal(CW, 'PutMetricAlarm', { ...ALARM, ...more })).toBe(code);
    expect(region.world.snapshot()).toEqual(before);
    expect(region.world.knows(CW, 'PutCompositeAlarm')).toBe(false);
  });
});

describe('laws', () => {
  const points = fc.array(fc.tuple(fc.integer({ min: 0, max: 19 }), fc.integer({ min: -8, max: 8 })), {
    maxLength: 30,
  });
  const config = fc.record({
    Period: fc.constantFrom(1, 5, 10),
    EvaluationPeriods: fc.integer({ min: 1, max: 4 }),
    Statistic: fc.constantFrom('Average', 'Sum', 'Minimum', 'Maximum', 'SampleCount'),
    TreatMissingData: fc.constantFrom('missing', 'ignore', 'breaching', 'notBreaching'),
    ComparisonOperator: fc.constantFrom('LessThanThreshold', 'GreaterThanOrEqualToThreshold'),
  });

  test('which data have arrived decides, never in which order', () => {
    fc.assert(
      fc.property(
        points.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        config,
        ([one, other], more) => {
          const outcome = (data: readonly (readonly [number, number])[]) => {
            const region = smallRegion();
            region.call(CW, 'PutMetricAlarm', { ...ALARM, DatapointsToAlarm: 1, ...more });
            region.pass(20_000);
            for (const [second, quarters] of data) put(region, { Timestamp: at(second), Value: quarters / 4 });
            region.pass(600);
            return alarm(region);
          };
          expect(outcome(other)).toEqual(outcome(one));
        },
      ),
      { seed: 42, numRuns: 200 },
    );
  });

  test('alarms come to the same in one leap and in small steps', () => {
    fc.assert(
      fc.property(points, config, fc.array(fc.nat(4_000), { minLength: 1, maxLength: 8 }), (data, more, steps) => {
        const [leap, walk] = [smallRegion(), smallRegion()];
        for (const region of [leap, walk]) {
          region.call(CW, 'PutMetricAlarm', { ...ALARM, DatapointsToAlarm: 1, ...more });
          for (const [second, quarters] of data) put(region, { Timestamp: at(second), Value: quarters / 4 });
        }
        leap.pass(steps.reduce((sum, ms) => sum + ms, 0));
        for (const ms of steps) walk.pass(ms);
        expect(walk.world.snapshot()).toEqual(leap.world.snapshot());
      }),
      { seed: 43, numRuns: 100 },
    );
  });
});
