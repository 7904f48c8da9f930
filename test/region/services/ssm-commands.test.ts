import { describe, expect, test } from 'vitest';
import { startedAgain } from '../../../src/region/services/kept-state.ts';
import { type SmallRegion, smallRegion } from '../small-region.ts';

type Input = Record<string, unknown>;
const DocumentName = 'AWS-RunShellScript';
const ssm = (region: SmallRegion, operation: string, input: Input = {}) => region.call('ssm', operation, input);
const refusal = (region: SmallRegion, operation: string, input: Input) => region.refusal('ssm', operation, input);

function settled(): SmallRegion {
  const region = smallRegion();
  region.settle();
  return region;
}
const send = (region: SmallRegion, more: Input = {}): string =>
  ssm(region, 'SendCommand', { DocumentName, Parameters: { commands: ['echo a', 'echo b'] }, ...more }).Command
    .CommandId;
const toWeb = { Targets: [{ Key: 'tag:app', Values: ['shop'] }] };
const invocations = (region: SmallRegion, CommandId: string): Record<string, string> =>
  Object.fromEntries(
    ssm(region, 'ListCommandInvocations', { CommandId }).CommandInvocations.map((one: Record<string, string>) => [
      one.InstanceName,
      one.StatusDetails,
    ]),
  );
const command = (region: SmallRegion, CommandId: string) => ssm(region, 'ListCommands', { CommandId }).Commands[0];
/** What the data plane is told to run, by instance. */
const scripts = ({ world }: SmallRegion) =>
  world.desired().instances.flatMap(({ name, scripts: given = [] }) => given.map(({ text }) => `${name}: ${text}`));
type End = { code?: number; out?: string; isStopped?: true };
const finish = (region: SmallRegion, commandId: string, name: string, end: End = {}) => {
  const instance = region.world.desired().instances.find((one) => one.name === name);
  const { instanceId = '', generation = 0 } = instance ?? {};
  const said = { code: 0, out: '', err: '', ...end };
  region.world.observe({ type: 'script', commandId, instanceId, generation, ...said });
};
const output = (region: SmallRegion, CommandId: string, name: string) =>
  ssm(region, 'GetCommandInvocation', { CommandId, InstanceId: region.id(name) });

describe('a command', () => {
  test('is pending, is run in its instance alone, and tells how that ended', () => {
    const region = settled();
    const id = send(region, { InstanceIds: [region.id('web-a1')], Comment: 'a drill' });
    expect([command(region, id).Status, scripts(region)]).toEqual(['Pending', []]);
    region.pass(100);
    expect(scripts(region)).toEqual(['web-a1: echo a\necho b\n']);
    expect(output(region, id, 'web-a1')).toMatchObject({ Status: 'InProgress', ResponseCode: -1 });
    region.pass(250);
    finish(region, id, 'web-a1', { out: 'a\nb\n' });
    expect(output(region, id, 'web-a1')).toMatchObject({
      ...{ Status: 'Success', StatusDetails: 'Success', ResponseCode: 0, StandardOutputContent: 'a\nb\n' },
      ...{ ExecutionElapsedTime: 'PT0.25S', PluginName: 'aws:runShellScript', Comment: 'a drill' },
    });
    expect([command(region, id).StatusDetails, scripts(region)]).toEqual(['Success', []]);
    // It has ended: nothing that comes late changes that.
    finish(region, id, 'web-a1', { code: 1 });
    region.pass(10_000_000);
    expect(output(region, id, 'web-a1').Status).toBe('Success');
  });

  test('that ends with another code has failed, with what it wrote', () => {
    const region = settled();
    const id = send(region, { InstanceIds: [region.id('web-a1')] });
    region.pass(100);
    finish(region, id, 'web-a1', { code: 3, out: 'x'.repeat(24_001) });
    const { StandardOutputContent, ...rest } = output(region, id, 'web-a1');
    expect(rest).toMatchObject({
      Status: 'Failed',
      ResponseCode: 3,
      StandardErrorContent: expect.stringMatching(/3$/),
    });
    expect(StandardOutputContent).toHaveLength(24_000);
    expect(StandardOutputContent.endsWith('--output truncated--')).toBe(true);
    const [{ CommandPlugins }] = ssm(region, 'ListCommandInvocations', { Details: true }).CommandInvocations;
    expect(CommandPlugins[0].Output).toHaveLength(2_500);
  });

  test('is not delivered to what is stopped, and waits for what has no electricity until its time is over', () => {
    const region = settled();
    ssm(region, 'DescribeInstanceInformation');
    region.call('ec2', 'StopInstances', { InstanceIds: [region.id('web-b1')] });
    region.settle();
    region.world.facility('CutPower', { zoneId: 'use1-az1' });
    const online = (name: string) =>
      ssm(region, 'DescribeInstanceInformation', { Filters: [{ Key: 'InstanceIds', Values: [region.id(name)] }] })
        .InstanceInformationList[0].PingStatus;
    expect(['web-a1', 'web-b1', 'web-c1'].map(online)).toEqual(['ConnectionLost', 'ConnectionLost', 'Online']);
    const names = ['web-a1', 'web-b1', 'web-c1'];
    const id = send(region, { InstanceIds: names.map(region.id), TimeoutSeconds: 30 });
    region.pass(100);
    finish(region, id, 'web-c1');
    expect(invocations(region, id)).toEqual({ 'web-a1': 'Pending', 'web-b1': 'Undeliverable', 'web-c1': 'Success' });
    region.pass(30_000);
    expect(invocations(region, id)).toMatchObject({ 'web-a1': 'DeliveryTimedOut' });
    expect(output(region, id, 'web-a1').Status).toBe('TimedOut');
    expect(command(region, id)).toMatchObject({ StatusDetails: 'Incomplete', DeliveryTimedOutCount: 1 });
    region.world.facility('RestorePower', { zoneId: 'use1-az1' });
    region.settle();
    region.pass(1_000);
    expect(scripts(region)).toEqual([]);
  });

  test('that waits is delivered when the electricity is back', () => {
    const region = settled();
    region.world.facility('CutPower', { zoneId: 'use1-az1' });
    const id = send(region, { InstanceIds: [region.id('db-a1')] });
    region.pass(5_000);
    expect(scripts(region)).toEqual([]);
    region.world.facility('RestorePower', { zoneId: 'use1-az1' });
    region.pass(1_000);
    region.settle();
    expect(scripts(region)).toHaveLength(1);
    expect(invocations(region, id)).toEqual({ 'db-a1': 'InProgress' });
  });

  test.each<[string, (region: SmallRegion) => void]>([
    [
      'loses its electricity',
      (region) => {
        region.world.facility('CutPower', { zoneId: 'use1-az1' });
        expect([
          scripts(region),
          output(region, ssm(region, 'ListCommands').Commands[0].CommandId, 'db-a1').Status,
        ]).toEqual([[], 'InProgress']);
        region.world.facility('RestorePower', { zoneId: 'use1-az1' });
        region.pass(1_000);
      },
    ],
    ['is rebooted', (region) => region.call('ec2', 'RebootInstances', { InstanceIds: [region.id('db-a1')] })],
    [
      'is stopped and started',
      (region) => {
        region.call('ec2', 'StopInstances', { InstanceIds: [region.id('db-a1')] });
        expect(scripts(region)).toEqual([]);
        region.settle();
        region.call('ec2', 'StartInstances', { InstanceIds: [region.id('db-a1')] });
      },
    ],
    ['has its region put back', (region) => region.world.restore(region.world.kept(), region.nowMs(), {})],
  ])('ends when its instance %s, is told to have failed, and never runs twice', (_what, happens) => {
    const region = settled();
    const id = send(region, { InstanceIds: [region.id('db-a1')] });
    region.pass(100);
    expect(scripts(region)).toHaveLength(1);
    happens(region);
    expect(scripts(region)).toEqual([]);
    region.settle();
    region.pass(1_000);
    region.settle();
    expect(invocations(region, id)).toEqual({ 'db-a1': 'Failed' });
    expect(scripts(region)).toEqual([]);
  });

  test('of whose end nobody tells has timed out when all of its time is over', () => {
    const region = settled();
    const id = send(region, {
      InstanceIds: [region.id('db-a1')],
      TimeoutSeconds: 30,
      Parameters: { commands: ['x'], executionTimeout: ['60'] },
    });
    region.pass(100);
    region.call('ec2', 'TerminateInstances', { InstanceIds: [region.id('db-a1')] });
    region.pass(89_000);
    expect(command(region, id).Status).toBe('InProgress');
    region.pass(1_000);
    expect(command(region, id).StatusDetails).toBe('DeliveryTimedOut');
  });

  test('that takes longer than it may is ended', () => {
    const region = settled();
    const id = send(region, {
      InstanceIds: [region.id('web-a1')],
      Parameters: { commands: ['x'], executionTimeout: ['7'] },
    });
    region.pass(7_099);
    expect(scripts(region)).toHaveLength(1);
    region.pass(1);
    expect([scripts(region), invocations(region, id)]).toEqual([[], { 'web-a1': 'ExecutionTimedOut' }]);
    expect(command(region, id)).toMatchObject({ Status: 'TimedOut', StatusDetails: 'ExecutionTimedOut' });
  });

  test('runs in as many instances at a time as it may, and in no more once too many have failed', () => {
    const region = settled();
    const id = send(region, { ...toWeb, MaxConcurrency: '2', MaxErrors: '20%' });
    region.pass(100);
    const running = () =>
      Object.keys(invocations(region, id)).filter((name) => invocations(region, id)[name] === 'InProgress');
    const [first = '', second = ''] = running();
    expect(running()).toHaveLength(2);
    finish(region, id, first, { code: 1 });
    expect(running()).toHaveLength(2);
    finish(region, id, second, { code: 1 });
    expect(Object.values(invocations(region, id)).sort()).toEqual(
      ['Failed', 'Failed', 'InProgress', 'Terminated', 'Terminated', 'Terminated'].sort(),
    );
    finish(region, id, running()[0] ?? '');
    expect(command(region, id)).toMatchObject({ Status: 'Failed', TargetCount: 6, CompletedCount: 6, ErrorCount: 2 });
  });

  test('that is ended before its script has ended itself tells what that wrote until then', () => {
    const region = settled();
    const id = send(region, { ...toWeb, Parameters: { commands: ['x'], executionTimeout: ['7'] } });
    region.pass(100);
    const stopped = (name: string) => finish(region, id, name, { code: 137, out: 'begun', isStopped: true });
    stopped('web-a2');
    expect(output(region, id, 'web-a2').Status, 'nobody has ended it').toBe('InProgress');
    ssm(region, 'CancelCommand', { CommandId: id, InstanceIds: [region.id('web-a1')] });
    stopped('web-a1');
    expect(output(region, id, 'web-a1')).toMatchObject({ Status: 'Cancelled', StandardOutputContent: 'begun' });
    region.pass(7_000);
    finish(region, id, 'web-b1', { code: 0, out: 'all of it' });
    stopped('web-b2');
    expect(output(region, id, 'web-b1')).toMatchObject({ Status: 'TimedOut', StandardOutputContent: 'all of it' });
    expect(output(region, id, 'web-b2')).toMatchObject({ ResponseCode: 137, StandardOutputContent: 'begun' });
  });

  test.each(['echo {{ssm:colour}}', 'echo {{ ssm:/shop/colour:3 }}', 'echo {{ssm-secure:key}}'])(
    'is refused when SSM were to put a parameter into it: %s',
    (line) => {
      const region = settled();
      const InstanceIds = [region.id('web-a1')];
      expect(() => send(region, { InstanceIds, Parameters: { commands: ['echo a', line] } })).toThrow(
        /^The region does not honour "\{\{.*\}\}" in a command; let the script read it: aws ssm get-parameter/,
      );
      expect(send(region, { InstanceIds, Parameters: { commands: ['echo "{{ssm}}" ${ssm:-x}'] } })).toBeTruthy();
    },
  );

  test('is taken back where it waits and ended where it runs', () => {
    const region = settled();
    const id = send(region, { ...toWeb, MaxConcurrency: '1' });
    region.pass(100);
    ssm(region, 'CancelCommand', { CommandId: id, InstanceIds: [region.id('web-c1')] });
    expect([invocations(region, id)['web-c1'], command(region, id).Status]).toEqual(['Cancelled', 'InProgress']);
    ssm(region, 'CancelCommand', { CommandId: id });
    expect([scripts(region), command(region, id).Status]).toEqual([[], 'Cancelled']);
    expect(refusal(region, 'CancelCommand', { CommandId: `${id}0` })).toBe('InvalidCommandId');
  });

  test('does not run a second time in a region that is started again', () => {
    const region = settled();
    const id = send(region, { InstanceIds: [region.id('web-a1')] });
    region.pass(100);
    const saved = startedAgain(region.world.kept(), region.nowMs());
    const again = smallRegion({ saved, nowMs: region.nowMs() });
    again.settle();
    expect([scripts(again), invocations(again, id)]).toEqual([[], { 'web-a1': 'Failed' }]);
  });

  test.each<[string, Input]>([
    ['InvalidDocument', { DocumentName: 'AWS-RunPowerShellScript' }],
    ['InvalidDocumentVersion', { DocumentVersion: '7' }],
    ['InvalidParameters', { Parameters: {} }],
    ['InvalidParameters', { Parameters: { commands: ['x'], colour: ['red'] } }],
    ['InvalidParameters', { Parameters: { commands: ['x'], executionTimeout: ['172801'] } }],
    ['InvalidInstanceId', { InstanceIds: ['i-0123'] }],
    ['ValidationException', { ...toWeb }],
    ['ValidationException', { InstanceIds: [] }],
    ['ValidationException', { TimeoutSeconds: 29 }],
    ['ValidationException', { MaxErrors: '101%' }],
    ['ValidationException', { MaxConcurrency: '0' }],
    ['UnsupportedOperation', { OutputS3BucketName: 'logs' }],
  ])('is refused with %s when it says %j', (code, input) => {
    const region = settled();
    const sound = { DocumentName, InstanceIds: [region.id('web-a1')], Parameters: { commands: ['x'] } };
    const before = region.world.snapshot();
    expect(refusal(region, 'SendCommand', { ...sound, ...input })).toBe(code);
    expect(region.world.snapshot()).toEqual(before);
  });

  test('to tags that nothing has reaches no instance', () => {
    const region = settled();
    const id = send(region, { Targets: [{ Key: 'tag:app', Values: ['none'] }] });
    expect(command(region, id)).toMatchObject({ StatusDetails: 'NoInstancesInTag', TargetCount: 0 });
  });
});

test('the document says which parameters it takes', () => {
  const region = smallRegion();
  const { Document } = ssm(region, 'DescribeDocument', { Name: DocumentName });
  expect(Document.Parameters.map(({ Name }: { Name: string }) => Name)).toEqual([
    ...['commands', 'workingDirectory', 'executionTimeout'],
  ]);
  const Filters = [{ Key: 'Name', Values: ['AWS-Run'] }];
  expect(ssm(region, 'ListDocuments', { Filters }).DocumentIdentifiers).toMatchObject([{ Name: DocumentName }]);
  expect(refusal(region, 'DescribeDocument', { Name: 'mine' })).toBe('InvalidDocument');
});
