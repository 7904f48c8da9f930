import { describe, expect, test } from 'vitest';
import { type SmallRegion, smallRegion } from '../small-region.ts';

const zone = (region: SmallRegion, zoneId = 'use1-az1') =>
  region.world.facility('DescribeZones', {}).zones.find((one) => one.zoneId === zoneId)?.power;
const running = (region: SmallRegion, zoneId = 'use1-az1') =>
  region.world
    .desired()
    .instances.filter((one) => one.zoneId === zoneId && one.run === 'running')
    .map(({ name }) => name);
const code = (act: () => unknown): string => {
  try {
    act();
  } catch (fault) {
    return (fault as { code: string }).code;
  }
  throw new Error('nothing was refused');
};

describe('power', () => {
  test('a dark zone keeps the states of its instances and takes their processes by force', () => {
    const region = smallRegion();
    region.settle();
    region.world.facility('CutPower', { zoneId: 'use1-az1' });
    const dark = region.world.desired().instances.filter(({ zoneId }) => zoneId === 'use1-az1');
    expect(dark.map(({ run, force }) => `${run} ${force}`)).toEqual(['stopped true', 'stopped true', 'stopped true']);
    expect(region.world.desired().zones[0]).toEqual({ zoneId: 'use1-az1', power: 'off' });
    region.settle();
    expect(region.state('web-a1')).toBe('running');
    expect(zone(region, 'use1-az2')).toBe('on');
  });

  test('power returns to one instance after another, and the zone is back when the last is ready', () => {
    const region = smallRegion();
    region.settle();
    region.world.facility('CutPower', { zoneId: 'use1-az1' });
    region.settle();
    region.world.facility('RestorePower', { zoneId: 'use1-az1' });
    expect(running(region)).toEqual(['web-a1']);
    region.pass(100);
    expect(running(region)).toEqual(['web-a1', 'web-a2']);
    region.pass(100);
    expect(running(region)).toEqual(['web-a1', 'web-a2', 'db-a1']);
    expect(zone(region)).toBe('returning');
    region.settle();
    expect(zone(region)).toBe('on');
  });

  test('what was stopped before or while it was dark stays stopped', () => {
    const region = smallRegion();
    region.settle();
    region.call('ec2', 'StopInstances', { InstanceIds: [region.id('web-a1')] });
    region.settle();
    region.world.facility('CutPower', { zoneId: 'use1-az1' });
    region.settle();
    region.call('ec2', 'StopInstances', { InstanceIds: [region.id('web-a2')] });
    region.pass(1_000);
    region.world.facility('RestorePower', { zoneId: 'use1-az1' });
    region.pass(1_000);
    region.settle();
    expect(running(region)).toEqual(['db-a1']);
    expect([region.state('web-a1'), region.state('web-a2'), zone(region)]).toEqual(['stopped', 'stopped', 'on']);
  });

  test('an instance cannot be started in the dark, and can be once the power is back', () => {
    const region = smallRegion();
    region.settle();
    const InstanceIds = [region.id('web-a1')];
    region.call('ec2', 'StopInstances', { InstanceIds });
    region.settle();
    region.world.facility('CutPower', { zoneId: 'use1-az1' });
    expect(region.refusal('ec2', 'StartInstances', { InstanceIds })).toBe('InsufficientInstanceCapacity');
    region.world.facility('RestorePower', { zoneId: 'use1-az1' });
    region.call('ec2', 'StartInstances', { InstanceIds });
    expect(running(region)).toContain('web-a1');
  });

  test('stopped and started while its turn has not come, an instance still gets power', () => {
    const region = smallRegion();
    region.settle();
    region.world.facility('CutPower', { zoneId: 'use1-az1' });
    region.settle();
    region.world.facility('RestorePower', { zoneId: 'use1-az1' });
    const InstanceIds = [region.id('db-a1')];
    region.call('ec2', 'StopInstances', { InstanceIds });
    region.settle();
    region.call('ec2', 'StartInstances', { InstanceIds });
    region.pass(1_000);
    region.settle();
    expect(running(region)).toContain('db-a1');
    expect(zone(region)).toBe('on');
  });

  test('cutting power again while it returns leaves nothing running', () => {
    const region = smallRegion();
    region.settle();
    region.world.facility('CutPower', { zoneId: 'use1-az1' });
    region.settle();
    region.world.facility('RestorePower', { zoneId: 'use1-az1' });
    region.world.facility('CutPower', { zoneId: 'use1-az1' });
    region.pass(10_000);
    expect(running(region)).toEqual([]);
    expect(zone(region)).toBe('off');
  });

  test('cutting twice and restoring twice are the same as once; an unknown zone is refused', () => {
    const region = smallRegion();
    region.settle();
    const snapshot = () => region.world.snapshot();
    const lit = snapshot();
    region.world.facility('RestorePower', { zoneId: 'use1-az1' });
    expect(snapshot()).toEqual(lit);
    region.world.facility('CutPower', { zoneId: 'use1-az1' });
    const dark = snapshot();
    region.world.facility('CutPower', { zoneId: 'use1-az1' });
    expect(snapshot()).toEqual(dark);
    expect(code(() => region.world.facility('CutPower', { zoneId: 'use1-az9' }))).toBe('ZoneNotFound');
  });

  test('the described state is the same before a power loss and after the return', () => {
    const region = smallRegion();
    region.settle();
    const before = region.world.facility('DescribeState', {});
    region.world.facility('CutPower', { zoneId: 'use1-az1' });
    region.settle();
    expect(region.world.facility('DescribeState', {})).not.toEqual(before);
    region.world.facility('RestorePower', { zoneId: 'use1-az1' });
    region.pass(1_000);
    region.settle();
    expect(region.world.facility('DescribeState', {})).toEqual(before);
  });
});

describe('the lease', () => {
  const lease = (runId: string, ttlMs = 1_000) => ({ runId, owner: 'ada@host', purpose: 'a drill', ttlMs });

  test('one run holds the account; another is told who it is; the holder may take it again', () => {
    const { world } = smallRegion();
    world.facility('AcquireLease', lease('one'));
    expect(() => world.facility('AcquireLease', lease('two'))).toThrow(/held by run "one" of ada@host \(a drill\)/);
    expect(code(() => world.facility('AcquireLease', lease('two')))).toBe('LeaseHeld');
    expect(world.facility('AcquireLease', lease('one', 5_000)).lease.expiresInMs).toBe(5_000);
    world.facility('ReleaseLease', { runId: 'two' });
    expect(world.facility('DescribeLease', {}).lease?.runId).toBe('one');
    world.facility('ReleaseLease', { runId: 'one' });
    expect(world.facility('DescribeLease', {})).toEqual({});
    world.facility('AcquireLease', lease('two'));
  });

  test('what a process sends is taken only while it holds the lease, whatever it sends; what nobody signs for always is', () => {
    const { world } = smallRegion();
    const take = (owner: string, runId = 'one') => {
      const { token } = world.facility('AcquireLease', { ...lease(runId, 60_000), owner }).lease;
      return { tenure: { runId, token } };
    };
    const refusal = (caller: object) => {
      const sent = [
        () => world.facility('SetToxic', { name: 't', from: '*', to: '*', toxic: { kind: 'reset' } }, caller),
        () => world.call('ec2', 'DescribeVpcs', {}, { accessKeyId: 'K', requestId: 'r', ...caller }),
        () => world.facility('RenewLease', { runId: 'one', ttlMs: 1 }, caller),
        () => world.facility('ReleaseLease', { runId: 'one' }, caller),
        () => world.admit('DescribeRoute', caller),
      ];
      return [...new Set(sent.map((send) => code(send)))];
    };
    const run = take('the run');
    expect(take('the run'), 'a late copy of its own request deposes nobody').toEqual(run);
    world.admit('DescribeRoute', run);
    const watchdog = take('the watchdog');
    expect(refusal(run)).toEqual(['LeaseLost']);
    expect(world.facility('DescribeToxics', {}).toxics).toEqual([]);
    world.admit('DescribeRoute', watchdog);
    world.admit('DescribeRoute', {});
    const late = { ...lease('one'), owner: 'who saw the run hold it', after: run.tenure.token };
    expect(code(() => world.facility('AcquireLease', late))).toBe('LeaseHeld');
    world.facility('ReleaseLease', { runId: 'one' }, watchdog);
    expect(refusal(watchdog), 'given back').toEqual(['LeaseLost']);
    const again = take('the run');
    expect(again.tenure.token).toBeGreaterThan(watchdog.tenure.token);
    expect(refusal({ tenure: { ...again.tenure, runId: 'two' } })).toEqual(['LeaseLost']);
  });

  test('a lease that was not renewed in time can be taken, and is shown as expired until then', () => {
    const region = smallRegion();
    const { world } = region;
    world.facility('AcquireLease', lease('one'));
    region.pass(900);
    world.facility('RenewLease', { runId: 'one', ttlMs: 1_000 });
    region.pass(1_000);
    expect(world.facility('DescribeLease', {}).lease).toMatchObject({ runId: 'one', expiresInMs: 0 });
    world.facility('AcquireLease', lease('two'));
    expect(code(() => world.facility('RenewLease', { runId: 'one', ttlMs: 1_000 }))).toBe('LeaseHeld');
  });

  test('a lease that nobody holds cannot be renewed, and its length is bounded', () => {
    const { world } = smallRegion();
    expect(code(() => world.facility('RenewLease', { runId: 'one', ttlMs: 1 }))).toBe('LeaseNotHeld');
    for (const ttlMs of [0, -1, Number.NaN, 1e12, '5' as never]) {
      expect(code(() => world.facility('AcquireLease', lease('one', ttlMs)))).toBe('InvalidParameter');
    }
  });
});

test('inputs of the wrong form are refused by the field that is wrong', () => {
  const { world } = smallRegion();
  const before = world.snapshot();
  const wrong = (operation: string, input: unknown) => () => world.facility(operation as 'CutPower', input as never);
  expect(wrong('CutPower', {})).toThrow('The input needs "zoneId": a text that is not empty.');
  expect(wrong('DescribeProcesses', { instanceIds: 5 })).toThrow(
    'The input needs "instanceIds": a list of texts, or nothing.',
  );
  expect(wrong('SetToxic', { name: 'a', from: '*', to: '*', toxic: null })).toThrow(
    'The input needs "toxic": an object.',
  );
  expect(wrong('AcquireLease', { runId: 'a', owner: '', purpose: 'b', ttlMs: 1 })).toThrow('"owner"');
  expect(world.snapshot()).toEqual(before);
});

describe('toxics', () => {
  test('a toxic is desired until it is removed; its ends must exist', () => {
    const { world } = smallRegion();
    const toxic = { name: 't', from: '*', to: 'zone:use1-az1', toxic: { kind: 'latency', ms: 50 } } as const;
    world.facility('SetToxic', toxic);
    expect(world.desired().toxics).toEqual([toxic]);
    expect(world.facility('DescribeToxics', {}).toxics).toEqual([toxic]);
    world.facility('RemoveToxic', { name: 't' });
    world.facility('RemoveToxic', { name: 't' });
    expect(world.desired().toxics).toEqual([]);
    expect(code(() => world.facility('SetToxic', { ...toxic, to: 'zone:nowhere' }))).toBe('InvalidParameter');
    expect(code(() => world.facility('SetToxic', { ...toxic, toxic: { kind: 'latency', ms: -1 } }))).toBe(
      'InvalidParameter',
    );
  });
});

describe('facts of the region', () => {
  test('it is ready when every instance of the blueprint has been ready once', () => {
    const region = smallRegion();
    region.world.observe({ type: 'listening', resolver: { address: '127.0.0.1', port: 53 }, nameServers: [] });
    region.world.observe({ type: 'load-balancer', name: 'shop', url: 'http://127.0.0.1:80/' });
    expect(region.world.facility('DescribeRegion', {}).ready).toBe(false);
    region.settle();
    expect(region.world.facility('DescribeRegion', {})).toMatchObject({
      ready: true,
      resolver: { port: 53 },
      loadBalancers: [{ name: 'shop', url: 'http://127.0.0.1:80/' }],
    });
  });

  test('processes are described as they were last seen', () => {
    const region = smallRegion();
    const instanceId = region.id('db-a1');
    const seen = { pid: 41, startTime: '99' };
    region.world.observe({ type: 'process', instanceId, generation: 1, state: 'ready', ...seen });
    const { processes } = region.world.facility('DescribeProcesses', { instanceIds: [instanceId] });
    expect(processes).toEqual([
      { instanceId, name: 'db-a1', zoneId: 'use1-az1', address: '10.0.16.13', port: 5432, state: 'ready', ...seen },
    ]);
    expect(code(() => region.world.facility('DescribeProcesses', { instanceIds: ['i-1'] }))).toBe('InstanceNotFound');
  });

  test('what the world has no behaviour for is refused by name', () => {
    const { world } = smallRegion();
    expect(() => world.facility('DescribeRoute', { address: '', port: 0 })).toThrow(/"DescribeRoute"/);
    expect(world.knows('ec2', 'DescribeInstances')).toBe(true);
    expect(world.knows('ec2', 'toString')).toBe(false);
    expect(world.knows('constructor', 'name')).toBe(false);
  });

  test('the desired state is the same object until something changes', () => {
    const region = smallRegion();
    const before = region.world.desired();
    region.call('ec2', 'DescribeInstances');
    region.call('ec2', 'CreateTags', { Resources: [region.id('db-a1')], Tags: [{ Key: 'a', Value: 'b' }] });
    expect(region.world.desired()).toBe(before);
    region.call('ec2', 'RebootInstances', { InstanceIds: [region.id('db-a1')] });
    expect(region.world.desired()).not.toBe(before);
  });
});
