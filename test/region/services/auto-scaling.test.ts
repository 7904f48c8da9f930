import { describe, expect, test } from 'vitest';
import type { BlueprintAutoScaling } from '../../../src/kernel/blueprint.ts';
import { type SmallRegion, smallRegion } from '../small-region.ts';

const ASG = 'auto-scaling';
const AutoScalingGroupName = 'web';

/** Six web servers in three zones, every one of them ready and past its grace period. */
function scaledRegion(more: Partial<BlueprintAutoScaling> = {}): SmallRegion {
  const autoScaling = { min: 1, max: 9, desired: 6, healthCheck: 'EC2', gracePeriodMs: 2_000, ...more } as const;
  const region = smallRegion({ autoScaling });
  region.settle();
  live(region, 3);
  return region;
}

/** Lets so many seconds pass, during which the data plane does what it is told. */
function live(region: SmallRegion, seconds: number): void {
  for (let k = 0; k < seconds * 2; k++) {
    region.pass(500);
    region.settle();
  }
}

const groupOf = (region: SmallRegion) =>
  region.call(ASG, 'DescribeAutoScalingGroups', { AutoScalingGroupNames: ['web'] }).AutoScalingGroups[0];
const membersOf = (region: SmallRegion): { InstanceId: string; AvailabilityZone: string; LifecycleState: string }[] =>
  groupOf(region).Instances;
const perZone = (region: SmallRegion) =>
  ['a', 'b', 'c'].map(
    (letter) =>
      membersOf(region).filter(
        ({ AvailabilityZone, LifecycleState }) =>
          AvailabilityZone === `us-east-1${letter}` && LifecycleState === 'InService',
      ).length,
  );
const activities = (region: SmallRegion): { Description: string; Cause: string; StatusCode: string }[] =>
  region.call(ASG, 'DescribeScalingActivities', { AutoScalingGroupName }).Activities;
const member = (region: SmallRegion, k = 0) => membersOf(region)[k]?.InstanceId ?? '';
const targets = (region: SmallRegion): string[] => {
  const { TargetGroupArn } = region.call('elastic-load-balancing-v2', 'DescribeTargetGroups').TargetGroups[0];
  const { TargetHealthDescriptions } = region.call('elastic-load-balancing-v2', 'DescribeTargetHealth', {
    TargetGroupArn,
  });
  return TargetHealthDescriptions.map(({ Target }: { Target: { Id: string } }) => Target.Id);
};
const act = (region: SmallRegion, operation: string, input: Record<string, unknown> = {}) =>
  region.call(ASG, operation, { AutoScalingGroupName, ...input });

describe('a group as it is shown', () => {
  test('its instances are spread over the zones, in service, and registered with the load balancer', () => {
    const region = scaledRegion();
    expect(perZone(region)).toEqual([2, 2, 2]);
    expect(targets(region).sort()).toEqual(
      membersOf(region)
        .map(({ InstanceId }) => InstanceId)
        .sort(),
    );
    expect(groupOf(region)).toMatchObject({
      MinSize: 1,
      MaxSize: 9,
      DesiredCapacity: 6,
      HealthCheckType: 'EC2',
      AvailabilityZones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
      SuspendedProcesses: [],
    });
    expect(groupOf(region).TargetGroupARNs).toHaveLength(1);
  });

  test('an instance carries the tag of its group, and the name of its group in the list of instances', () => {
    const region = scaledRegion();
    const filter = { Name: 'tag:aws:autoscaling:groupName', Values: ['web'] };
    const { Reservations } = region.call('ec2', 'DescribeInstances', { Filters: [filter] });
    expect(Reservations.flatMap(({ Instances }: { Instances: unknown[] }) => Instances)).toHaveLength(6);
    const { AutoScalingInstances } = region.call(ASG, 'DescribeAutoScalingInstances', {
      InstanceIds: [member(region)],
    });
    expect(AutoScalingInstances).toMatchObject([{ AutoScalingGroupName, HealthStatus: 'HEALTHY' }]);
  });

  test('groups are chosen by name and by tag, and a name that no group has is passed over', () => {
    const region = scaledRegion();
    const count = (input: Record<string, unknown>) =>
      region.call(ASG, 'DescribeAutoScalingGroups', input).AutoScalingGroups.length;
    expect(count({ AutoScalingGroupNames: ['web', 'none'] })).toBe(1);
    expect(count({ AutoScalingGroupNames: ['none'] })).toBe(0);
    expect(count({ Filters: [{ Name: 'tag:app', Values: ['shop'] }] })).toBe(1);
    expect(count({ Filters: [{ Name: 'tag:app', Values: ['other'] }] })).toBe(0);
    expect(region.refusal(ASG, 'DescribeAutoScalingGroups', { Filters: [{ Name: 'name', Values: ['a'] }] })).toBe(
      'ValidationError',
    );
  });

  test('pages hold as many as were asked for, and together everything', () => {
    const region = scaledRegion();
    const first = region.call(ASG, 'DescribeAutoScalingInstances', { MaxRecords: 4 });
    const second = region.call(ASG, 'DescribeAutoScalingInstances', { MaxRecords: 4, NextToken: first.NextToken });
    expect([first.AutoScalingInstances.length, second.AutoScalingInstances.length]).toEqual([4, 2]);
    expect(second.NextToken).toBeUndefined();
    expect(region.refusal(ASG, 'DescribeAutoScalingInstances', { NextToken: 'x' })).toBe('InvalidNextToken');
  });
});

describe('capacity', () => {
  test('a higher desired capacity is launched where the fewest are, and registered once it runs', () => {
    const region = scaledRegion();
    act(region, 'SetDesiredCapacity', { DesiredCapacity: 8 });
    region.pass(1_000);
    expect(membersOf(region).filter(({ LifecycleState }) => LifecycleState === 'Pending')).toHaveLength(2);
    expect(targets(region)).toHaveLength(6);
    live(region, 3);
    expect(perZone(region).sort()).toEqual([2, 3, 3]);
    expect(targets(region)).toHaveLength(8);
    expect(activities(region)[0]).toMatchObject({ StatusCode: 'Successful' });
    expect(activities(region)[0]?.Cause).toMatch(
      /a user request explicitly set group desired capacity changing the desired capacity from 6 to 8\. .* increasing the capacity from 6 to 8\.$/,
    );
  });

  test('a lower one takes the oldest of the fullest zones, which are drained before they are terminated', () => {
    const region = scaledRegion();
    const [first] = membersOf(region);
    act(region, 'SetDesiredCapacity', { DesiredCapacity: 3 });
    live(region, 1);
    expect(perZone(region)).toEqual([1, 1, 1]);
    expect(region.call('ec2', 'DescribeInstances', { InstanceIds: [first?.InstanceId] })).toMatchObject({
      Reservations: [{ Instances: [{ State: { Name: 'running' } }] }],
    });
    live(region, 6);
    expect(membersOf(region)).toHaveLength(3);
    expect(targets(region)).toHaveLength(3);
    expect(activities(region)[0]?.Cause).toMatch(
      /shrinking the capacity from 6 to 3\..* was selected for termination\.$/,
    );
  });

  test.each([
    ['above the most', { DesiredCapacity: 10 }],
    ['below the least', { DesiredCapacity: 0 }],
    ['not a whole number', { DesiredCapacity: 2.5 }],
    ['absent', {}],
    ['in a cooldown that is to be honoured', { DesiredCapacity: 5, HonorCooldown: true }],
  ])('a desired capacity that is %s is refused', (_what, input) => {
    const region = scaledRegion();
    act(region, 'SetDesiredCapacity', { DesiredCapacity: 7 });
    expect(region.refusal(ASG, 'SetDesiredCapacity', { AutoScalingGroupName, ...input })).toMatch(
      /^(ValidationError|ScalingActivityInProgress)$/,
    );
    expect(groupOf(region).DesiredCapacity).toBe(7);
  });

  test('new bounds move the desired capacity into them, and a zone that is taken away is emptied', () => {
    const region = scaledRegion();
    act(region, 'UpdateAutoScalingGroup', { MaxSize: 4, AvailabilityZones: ['us-east-1a', 'us-east-1b'] });
    expect(groupOf(region).DesiredCapacity).toBe(4);
    live(region, 20);
    expect(perZone(region)).toEqual([2, 2, 0]);
  });

  test.each([
    ['a least above the most', { MinSize: 5, MaxSize: 4 }, 'ValidationError'],
    ['a zone that there is not', { AvailabilityZones: ['us-east-1x'] }, 'ValidationError'],
    ['a health check that there is not', { HealthCheckType: 'NONE' }, 'ValidationError'],
    ['a desired capacity outside the bounds', { DesiredCapacity: 12 }, 'ValidationError'],
    ['what is not honoured here', { MaxInstanceLifetime: 86_400 }, 'UnsupportedOperation'],
  ])('%s is refused', (_what, input, code) => {
    const region = scaledRegion();
    const before = region.world.snapshot();
    expect(region.refusal(ASG, 'UpdateAutoScalingGroup', { AutoScalingGroupName, ...input })).toBe(code);
    expect(region.world.snapshot()).toEqual(before);
  });

  test('a group that does not exist is a validation error, as the service has it', () => {
    expect(scaledRegion().refusal(ASG, 'SetDesiredCapacity', { AutoScalingGroupName: 'x', DesiredCapacity: 1 })).toBe(
      'ValidationError',
    );
  });

  test('protected instances do not leave when the capacity shrinks', () => {
    const region = scaledRegion({ desired: 3 });
    act(region, 'UpdateAutoScalingGroup', { NewInstancesProtectedFromScaleIn: true });
    act(region, 'SetDesiredCapacity', { DesiredCapacity: 6 });
    live(region, 5);
    act(region, 'SetDesiredCapacity', { DesiredCapacity: 1 });
    live(region, 15);
    expect(perZone(region)).toEqual([1, 1, 1]);
  });
});

describe('health', () => {
  test('an instance that somebody terminates is replaced', () => {
    const region = scaledRegion();
    const gone = member(region);
    region.call('ec2', 'TerminateInstances', { InstanceIds: [gone] });
    live(region, 10);
    expect(perZone(region)).toEqual([2, 2, 2]);
    expect(membersOf(region).map(({ InstanceId }) => InstanceId)).not.toContain(gone);
    const [launch, termination] = activities(region);
    expect(launch?.Cause).toMatch(
      /an instance was launched in response to an unhealthy instance needing to be replaced/,
    );
    expect(termination?.Cause).toMatch(/EC2 health check indicating it has been terminated or stopped/);
  });

  test('status checks that fail for a moment are no reason, and those that go on failing are', () => {
    const region = scaledRegion();
    const { instanceId, generation } = region.world.desired().instances.find(({ name }) => name.startsWith('web')) ?? {
      instanceId: '',
      generation: 0,
    };
    const seen = (state: 'exited' | 'ready') =>
      region.world.observe({ type: 'process', instanceId, generation, state });
    seen('exited');
    region.pass(1_000);
    seen('ready');
    region.pass(4_000);
    expect(membersOf(region).map(({ InstanceId }) => InstanceId)).toContain(instanceId);
    seen('exited');
    region.pass(4_000);
    live(region, 8);
    expect(membersOf(region).map(({ InstanceId }) => InstanceId)).not.toContain(instanceId);
    expect(perZone(region)).toEqual([2, 2, 2]);
  });

  test.each([
    ['ELB', 0],
    ['EC2', 1],
  ] as const)(
    'a target that its load balancer finds unhealthy is unhealthy only by health check %s',
    (healthCheck, kept) => {
      const region = scaledRegion({ healthCheck });
      const sick = member(region);
      region.world.observe({
        type: 'target-health',
        loadBalancer: 'shop',
        instanceId: sick,
        state: 'unhealthy',
        reason: '',
      });
      live(region, 10);
      expect(membersOf(region).filter(({ InstanceId }) => InstanceId === sick)).toHaveLength(kept);
      expect(perZone(region)).toEqual([2, 2, 2]);
    },
  );

  test('nobody asks for the health of an instance within its grace period, unless it has ended', () => {
    const region = scaledRegion({ healthCheck: 'ELB', gracePeriodMs: 60_000 });
    const [sick, ended] = [member(region, 0), member(region, 1)];
    region.world.observe({
      type: 'target-health',
      loadBalancer: 'shop',
      instanceId: sick,
      state: 'unhealthy',
      reason: '',
    });
    region.call('ec2', 'StopInstances', { InstanceIds: [ended] });
    live(region, 10);
    const ids = membersOf(region).map(({ InstanceId }) => InstanceId);
    expect([ids.includes(sick), ids.includes(ended)]).toEqual([true, false]);
  });

  test('who is told to be unhealthy is replaced, but not within the grace period if that is to be respected', () => {
    const region = scaledRegion({ gracePeriodMs: 60_000 });
    const InstanceId = member(region);
    const say = (more: object) =>
      region.call(ASG, 'SetInstanceHealth', { InstanceId, HealthStatus: 'Unhealthy', ...more });
    say({});
    live(region, 10);
    expect(member(region)).toBe(InstanceId);
    say({ ShouldRespectGracePeriod: false });
    live(region, 10);
    expect(membersOf(region).map((one) => one.InstanceId)).not.toContain(InstanceId);
    expect(perZone(region)).toEqual([2, 2, 2]);
  });
});

describe('the loss of a zone', () => {
  test('its instances are replaced in the zones that are left; when it is back, the group is balanced again', () => {
    const region = scaledRegion();
    region.world.facility('CutPower', { zoneId: 'use1-az1' });
    live(region, 20);
    expect(perZone(region)).toEqual([0, 3, 3]);
    const failed = activities(region).filter(({ StatusCode }) => StatusCode === 'Failed');
    expect(failed.length).toBeGreaterThan(0);
    expect(failed[0]?.Description).toMatch(
      /We currently do not have sufficient t3\.micro capacity in the Availability Zone you requested \(us-east-1a\)\..*choosing us-east-1b, us-east-1c\. Launching EC2 instance failed\.$/,
    );
    region.world.facility('RestorePower', { zoneId: 'use1-az1' });
    live(region, 60);
    expect(perZone(region)).toEqual([2, 2, 2]);
    expect(activities(region).some(({ Cause }) => Cause.includes("to aid in balancing the group's zones"))).toBe(true);
  });

  test('a zone that stays dark is asked again less and less often', () => {
    const region = scaledRegion();
    region.world.facility('CutPower', { zoneId: 'use1-az1' });
    live(region, 120);
    const failed = activities(region).filter(({ StatusCode }) => StatusCode === 'Failed');
    expect(failed.length).toBeLessThan(12);
  });

  test('power that returns starts no instance that was replaced meanwhile', () => {
    const region = scaledRegion();
    const before = membersOf(region).map(({ InstanceId }) => InstanceId);
    region.world.facility('CutPower', { zoneId: 'use1-az1' });
    live(region, 20);
    const kept = membersOf(region).map(({ InstanceId }) => InstanceId);
    region.world.facility('RestorePower', { zoneId: 'use1-az1' });
    live(region, 20);
    const lost = before.filter((id) => !kept.includes(id));
    expect(lost).toHaveLength(2);
    const running = region.world.desired().instances.filter(({ run }) => run === 'running');
    expect(running.filter(({ instanceId }) => lost.includes(instanceId))).toEqual([]);
  });
});

describe('suspended processes', () => {
  const suspend = (region: SmallRegion, ...ScalingProcesses: string[]) =>
    act(region, 'SuspendProcesses', { ScalingProcesses });
  const suspended = (region: SmallRegion): string[] =>
    groupOf(region).SuspendedProcesses.map(({ ProcessName }: { ProcessName: string }) => ProcessName);

  test('those that are named are suspended and resumed, and all of them when none is', () => {
    const region = scaledRegion();
    suspend(region, 'Launch', 'AZRebalance');
    expect(suspended(region)).toEqual(['Launch', 'AZRebalance']);
    suspend(region);
    expect(suspended(region)).toHaveLength(9);
    act(region, 'ResumeProcesses', { ScalingProcesses: ['Launch'] });
    expect(suspended(region)).toHaveLength(8);
    act(region, 'ResumeProcesses');
    expect(suspended(region)).toEqual([]);
    expect(region.refusal(ASG, 'SuspendProcesses', { AutoScalingGroupName, ScalingProcesses: ['Run'] })).toBe(
      'ValidationError',
    );
  });

  test('without Launch the unhealthy are terminated and not replaced, until it is resumed', () => {
    const region = scaledRegion();
    suspend(region, 'Launch');
    region.call('ec2', 'TerminateInstances', { InstanceIds: [member(region)] });
    live(region, 10);
    expect(membersOf(region)).toHaveLength(5);
    act(region, 'ResumeProcesses', { ScalingProcesses: ['Launch'] });
    live(region, 5);
    expect(perZone(region)).toEqual([2, 2, 2]);
  });

  test.each(['Terminate', 'ReplaceUnhealthy'])('without %s the unhealthy stay', (process) => {
    const region = scaledRegion();
    suspend(region, process);
    const sick = member(region);
    region.call('ec2', 'StopInstances', { InstanceIds: [sick] });
    live(region, 10);
    expect(groupOf(region).Instances[0]).toMatchObject({ InstanceId: sick, HealthStatus: 'Unhealthy' });
    expect(membersOf(region)).toHaveLength(6);
  });

  test('without HealthCheck a lost zone is not noticed', () => {
    const region = scaledRegion();
    suspend(region, 'HealthCheck');
    region.world.facility('CutPower', { zoneId: 'use1-az1' });
    live(region, 30);
    expect(perZone(region)).toEqual([2, 2, 2]);
  });

  test('without AZRebalance a group stays as unbalanced as it is', () => {
    const region = scaledRegion();
    suspend(region, 'AZRebalance');
    region.world.facility('CutPower', { zoneId: 'use1-az1' });
    live(region, 20);
    region.world.facility('RestorePower', { zoneId: 'use1-az1' });
    live(region, 60);
    expect(perZone(region)).toEqual([0, 3, 3]);
  });

  test('without AddToLoadBalancer new instances serve without being registered', () => {
    const region = scaledRegion();
    suspend(region, 'AddToLoadBalancer');
    act(region, 'SetDesiredCapacity', { DesiredCapacity: 9 });
    live(region, 5);
    expect(perZone(region)).toEqual([3, 3, 3]);
    expect(targets(region)).toHaveLength(6);
  });
});

describe('single instances', () => {
  const flag = (ShouldDecrementDesiredCapacity: boolean) => ({ ShouldDecrementDesiredCapacity });

  test.each([
    [true, 5],
    [false, 6],
  ])('one is terminated by its group, with a lower capacity: %s', (lower, left) => {
    const region = scaledRegion();
    const InstanceId = member(region);
    const { Activity } = region.call(ASG, 'TerminateInstanceInAutoScalingGroup', { InstanceId, ...flag(lower) });
    expect(Activity).toMatchObject({
      StatusCode: 'InProgress',
      Description: `Terminating EC2 instance: ${InstanceId}`,
    });
    live(region, 10);
    expect(groupOf(region).DesiredCapacity).toBe(left);
    expect(membersOf(region)).toHaveLength(left);
    expect(membersOf(region).map((one) => one.InstanceId)).not.toContain(InstanceId);
  });

  test('a capacity is not lowered below the least', () => {
    const region = scaledRegion({ min: 6 });
    const before = region.world.snapshot();
    const input = { InstanceId: member(region), ...flag(true) };
    expect(region.refusal(ASG, 'TerminateInstanceInAutoScalingGroup', input)).toBe('ValidationError');
    const many = { AutoScalingGroupName, InstanceIds: [member(region)], ...flag(true) };
    expect(region.refusal(ASG, 'DetachInstances', many)).toBe('ValidationError');
    expect(region.refusal(ASG, 'EnterStandby', many)).toBe('ValidationError');
    expect(region.world.snapshot()).toEqual(before);
  });

  test('a detached one runs on without group and load balancer, and can be attached again', () => {
    const region = scaledRegion();
    const InstanceIds = [member(region)];
    act(region, 'DetachInstances', { InstanceIds, ...flag(true) });
    live(region, 10);
    expect(membersOf(region)).toHaveLength(5);
    expect(targets(region)).toHaveLength(5);
    const tags = region.call('ec2', 'DescribeTags', { Filters: [{ Name: 'resource-id', Values: InstanceIds }] }).Tags;
    expect(tags.map(({ Key }: { Key: string }) => Key)).not.toContain('aws:autoscaling:groupName');
    act(region, 'AttachInstances', { InstanceIds });
    live(region, 2);
    expect([groupOf(region).DesiredCapacity, membersOf(region).length, targets(region).length]).toEqual([6, 6, 6]);
    expect(region.refusal(ASG, 'AttachInstances', { AutoScalingGroupName, InstanceIds })).toBe('ValidationError');
  });

  test('one in standby is out of the load balancer and of the count, and comes back', () => {
    const region = scaledRegion();
    const InstanceIds = [member(region)];
    act(region, 'EnterStandby', { InstanceIds, ...flag(true) });
    live(region, 10);
    expect([groupOf(region).DesiredCapacity, membersOf(region).length, targets(region).length]).toEqual([5, 6, 5]);
    act(region, 'ExitStandby', { InstanceIds });
    live(region, 3);
    expect([groupOf(region).DesiredCapacity, perZone(region), targets(region).length]).toEqual([6, [2, 2, 2], 6]);
  });

  test('an instance that no group manages is a validation error', () => {
    const region = scaledRegion();
    const InstanceId = region.id('db-a1');
    for (const [operation, input] of [
      ['TerminateInstanceInAutoScalingGroup', { InstanceId, ...flag(false) }],
      ['SetInstanceHealth', { InstanceId, HealthStatus: 'Healthy' }],
      ['DetachInstances', { AutoScalingGroupName, InstanceIds: [InstanceId], ...flag(false) }],
      ['AttachInstances', { AutoScalingGroupName, InstanceIds: ['i-0123456789abcdef0'] }],
    ] as const) {
      expect(region.refusal(ASG, operation, input), operation).toBe('ValidationError');
    }
  });
});

test('tags of groups are found by what every filter says', () => {
  const region = smallRegion({ autoScaling: { min: 1, max: 1, desired: 1, healthCheck: 'EC2', gracePeriodMs: 0 } });
  const find = (...filters: [string, string[]][]) =>
    region
      .call('auto-scaling', 'DescribeTags', { Filters: filters.map(([Name, Values]) => ({ Name, Values })) })
      .Tags.map(({ Key, Value }: { Key: string; Value: string }) => `${Key}=${Value}`);
  expect(find()).toEqual(['app=shop', 'group=web']);
  expect(find(['key', ['app', 'x']], ['auto-scaling-group', ['web']])).toEqual(['app=shop']);
  expect(find(['key', ['app']], ['value', ['other']])).toEqual([]);
  const refused = region.refusal('auto-scaling', 'DescribeTags', { Filters: [{ Name: 'tag', Values: [] }] });
  expect(refused).toBe('ValidationError');
});
