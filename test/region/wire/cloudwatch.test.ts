import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  InvalidParameterCombinationException,
  InvalidParameterValueException,
  LimitExceededFault,
  ListMetricsCommand,
  MissingRequiredParameterException,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  ResourceNotFound,
  SetAlarmStateCommand,
  TagResourceCommand,
} from '@aws-sdk/client-cloudwatch';
import { AwsJson1_0Protocol, AwsQueryProtocol, AwsSmithyRpcV2CborProtocol } from '@aws-sdk/core/protocols';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Door } from '../../../src/region/contract.ts';
import { createDoor } from '../../../src/region/wire/door.ts';
import { type SmallRegion, smallRegion } from '../small-region.ts';

const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' };
let region: SmallRegion;
let door: Door;

beforeAll(async () => {
  region = smallRegion();
  door = await createDoor({
    region: 'us-east-1',
    credentials,
    call: region.world.call,
    knows: region.world.knows,
    facility: async (operation, input) => region.world.facility(operation, input as never),
  });
});
afterAll(() => door.close());

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1_000);

describe.each([
  ['JSON', AwsJson1_0Protocol],
  ['query', AwsQueryProtocol],
  ['CBOR', AwsSmithyRpcV2CborProtocol],
])('an unmodified client that speaks %s', (Namespace, protocol) => {
  // By CBOR this client announces the length of a body before it compresses it, and then sends less.
  const compression = { disableRequestCompression: protocol === AwsSmithyRpcV2CborProtocol };
  const open = () =>
    new CloudWatchClient({
      region: 'us-east-1',
      endpoint: door.endpoint,
      credentials,
      maxAttempts: 1,
      protocol,
      ...compression,
    });
  const Dimensions = [{ Name: 'Zone', Value: 'a & b' }];
  const metric = { Namespace, MetricName: 'Orders', Dimensions };

  test('publishes data and reads them again', async () => {
    const client = open();
    const datum = { MetricName: 'Orders', Dimensions, Unit: 'Count', StorageResolution: 1 } as const;
    const MetricData = [
      { ...datum, Timestamp: at(1), Value: 1.5 },
      { ...datum, Timestamp: at(2), Values: [1, 2], Counts: [3, 1] },
    ];
    await client.send(new PutMetricDataCommand({ Namespace, MetricData }));
    const { Metrics } = await client.send(new ListMetricsCommand({ Namespace }));
    expect(Metrics).toEqual([metric]);
    const stretch = { StartTime: at(0), EndTime: at(60) };
    const { Datapoints, Label } = await client.send(
      new GetMetricStatisticsCommand({ ...metric, ...stretch, Period: 1, Statistics: ['Sum', 'Average'] }),
    );
    expect(Label).toBe('Orders');
    expect(Datapoints).toEqual([
      { Timestamp: at(1), Sum: 1.5, Average: 1.5, Unit: 'Count' },
      { Timestamp: at(2), Sum: 5, Average: 1.25, Unit: 'Count' },
    ]);
    const MetricStat = { Metric: metric, Period: 60, Stat: 'Maximum' };
    const { MetricDataResults } = await client.send(
      new GetMetricDataCommand({ ...stretch, MetricDataQueries: [{ Id: 'm1', MetricStat }] }),
    );
    expect(MetricDataResults).toMatchObject([{ Id: 'm1', Timestamps: [at(0)], Values: [2], StatusCode: 'Complete' }]);
  });

  test('makes an alarm, sees it go off, and deletes it', async () => {
    const client = open();
    const AlarmName = `orders ${Namespace}`;
    const about = { Statistic: 'Sum', Period: 60, EvaluationPeriods: 1, Threshold: 0.5 } as const;
    const when = { ComparisonOperator: 'LessThanThreshold', TreatMissingData: 'breaching' } as const;
    await client.send(new PutMetricAlarmCommand({ AlarmName, ...metric, ...about, ...when }));
    const read = async () => (await client.send(new DescribeAlarmsCommand({ AlarmNames: [AlarmName] }))).MetricAlarms;
    const [alarm] = (await read()) ?? [];
    expect(alarm).toMatchObject({ ...metric, ...about, ...when, StateValue: 'ALARM', ActionsEnabled: true });
    expect(alarm?.StateUpdatedTimestamp?.getTime()).toBe(region.nowMs());
    await client.send(new TagResourceCommand({ ResourceARN: alarm?.AlarmArn, Tags: [{ Key: 'a', Value: 'b' }] }));
    const { AlarmHistoryItems } = await client.send(new DescribeAlarmHistoryCommand({ AlarmName }));
    expect(AlarmHistoryItems?.map(({ HistoryItemType }) => HistoryItemType)).toEqual([
      'StateUpdate',
      'ConfigurationUpdate',
    ]);
    await client.send(new DeleteAlarmsCommand({ AlarmNames: [AlarmName] }));
    expect((await read()) ?? []).toEqual([]);
  });

  test('gets every refusal as the error of its class', async () => {
    const client = open();
    const datum = { MetricName: 'm', Value: 1 };
    const put = (...MetricData: object[]) =>
      client.send(new PutMetricDataCommand({ Namespace, MetricData: MetricData as never }));
    await expect(put({ ...datum, StorageResolution: 7 })).rejects.toThrow(InvalidParameterValueException);
    await expect(put({ ...datum, Values: [1] })).rejects.toThrow(InvalidParameterCombinationException);
    await expect(put({ MetricName: 'm' })).rejects.toThrow(MissingRequiredParameterException);
    const many = (from: number) => Array.from({ length: 1_000 }, (_, k) => ({ ...datum, MetricName: `${from + k}` }));
    await put(...many(0)).catch(() => {});
    await put(...many(1_000)).catch(() => {});
    await expect(put(...many(2_000))).rejects.toThrow(LimitExceededFault);
    const set = new SetAlarmStateCommand({ AlarmName: 'none', StateValue: 'OK', StateReason: 'x' });
    const error = await client.send(set).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ResourceNotFound);
    expect(error).toMatchObject({ $metadata: { httpStatusCode: 404 } });
    await expect(
      client.send(new PutCompositeAlarmCommand({ AlarmName: 'both', AlarmRule: 'ALARM(a)' })),
    ).rejects.toMatchObject({ name: 'UnsupportedOperation', message: expect.stringContaining('PutCompositeAlarm') });
  });
});
