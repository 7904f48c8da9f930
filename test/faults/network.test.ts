import { describe, expect, test } from 'vitest';
import { aws } from '../../src/aws/calls.ts';
import { lookUp } from '../../src/engine/look-up.ts';
import { disruptConnectivity } from '../../src/faults/aws/network/disrupt-connectivity.ts';
import { isolateSecurityGroup } from '../../src/faults/aws/network/isolate-security-group.ts';
import type { Call } from '../../src/kernel/call.ts';
import type { Means } from '../../src/kernel/define.ts';
import { type AclEntry, onlyWithin, withoutRanges } from '../../src/targets/aws/acls.ts';
import { isWithin, rangesOf } from '../../src/targets/aws/ranges.ts';
import { build, type SimPort } from '../support/sim-port.ts';

const never = new AbortController().signal;
const cut = disruptConnectivity.means.api as Means;
const isolate = isolateSecurityGroup.means.api as Means;

/** Sends what is to be sent, as the engine does. */
async function send(sim: SimPort, calls: readonly Call[]): Promise<void> {
  for (const call of calls) {
    const ready = await sim.clock.run(lookUp(call, sim, never));
    if (ready) await sim.clock.run(sim.write(ready, never));
  }
}

async function aim(sim: SimPort, means: Means, select: object, params: object = {}) {
  const [target] = await sim.clock.run(means.target.find(select as never, sim, never));
  if (target === undefined) throw new Error('no target');
  const undo = await sim.clock.run(means.capture(target, params as never, sim, never));
  return {
    undo: undo as Record<string, string>,
    inject: () => send(sim, means.steps(target, params as never, undo)),
    restore: () => send(sim, means.restore(undo)),
    look: () => sim.clock.run(means.compare(undo, sim, never)),
    attest: () => sim.clock.run(means.attest(undo, sim, never)),
  };
}

const acls = async (sim: SimPort) =>
  (await sim.clock.run(sim.read(aws('ec2', 'DescribeNetworkAcls', {}), never))).NetworkAcls ?? [];

describe('a subnet that is cut off', () => {
  const zone = 'use1-az1';
  const stateOf = async (sim: SimPort) => {
    const [inside, other] = ['use1-az1', 'use1-az2'].map((id) =>
      sim.world.desired().instances.find(({ zoneId, launch }) => zoneId === id && launch.group === 'web'),
    );
    if (!inside || !other) throw new Error('no instances');
    const neighbour = sim.world
      .desired()
      .instances.find((one) => one.zoneId === zone && one.instanceId !== inside.instanceId && one.launch.port === 8080);
    return {
      outside: sim.plane.reach(inside.address, 8080),
      zones: sim.plane.reach(inside.address, 8080, other.address),
      back: sim.plane.reach(other.address, 8080, inside.address),
      within: sim.plane.reach(inside.address, 8080, neighbour?.address),
    };
  };

  test.each([
    ['all', { outside: 'silent', zones: 'silent', back: 'silent', within: 'answers' }],
    ['availability-zone', { outside: 'answers', zones: 'silent', back: 'silent', within: 'answers' }],
    ['vpc', { outside: 'silent', zones: 'answers', back: 'answers', within: 'answers' }],
  ])('by the scope "%s" is cut off from just that, and whole again', async (scope, expected) => {
    const sim = build();
    const before = [await stateOf(sim), await acls(sim)];
    const fault = await aim(sim, cut, { zone }, { scope });
    await fault.inject();
    expect(await stateOf(sim)).toEqual(expected);
    expect((await fault.attest()).bites).toBe(true);
    await fault.restore();
    const [present] = (await acls(sim)).map(({ Associations, ...acl }) => acl);
    const [own] = (before[1] as (typeof present)[]).map((one) => ({ ...one, Associations: undefined }));
    expect(await acls(sim)).toHaveLength(1);
    expect({ ...present, Associations: undefined }).toEqual(own);
    expect(await stateOf(sim)).toEqual(before[0]);
  });

  test('and put under another ACL by somebody else stays under it, and what is left is told', async () => {
    const sim = build();
    const fault = await aim(sim, cut, { zone }, { scope: 'all' });
    await fault.inject();
    const made = (await acls(sim)).find(({ IsDefault }) => !IsDefault);
    const [VpcId = '', AssociationId] = [made?.VpcId, made?.Associations?.[0]?.NetworkAclAssociationId];
    const create = aws('ec2', 'CreateNetworkAcl', { VpcId });
    const { NetworkAcl } = await sim.clock.run(sim.write(create, never));
    const NetworkAclId = NetworkAcl?.NetworkAclId;
    await send(sim, [aws('ec2', 'ReplaceNetworkAclAssociation', { AssociationId, NetworkAclId })]);
    const how = `subnet ${fault.undo.subnetId} is under ${NetworkAclId} now, and ${made?.NetworkAclId}, which was made for the fault, is left`;
    expect(await fault.look()).toEqual({ is: 'changed', how });
  });

  test('is not harmed by a call that comes in late, after it was restored', async () => {
    const sim = build();
    const fault = await aim(sim, cut, { zone }, { scope: 'all' });
    await fault.inject();
    await fault.restore();
    const before = sim.state();
    const { associationId: AssociationId, networkAclId: NetworkAclId } = fault.undo;
    const late = sim.clock.run(
      sim.write(aws('ec2', 'ReplaceNetworkAclAssociation', { AssociationId, NetworkAclId }), never),
    );
    await expect(late).rejects.toMatchObject({ code: 'InvalidAssociationID.NotFound' });
    expect(sim.state()).toBe(before);
  });
});

test('an instance that somebody put into other groups meanwhile is told, and the groups that it is in', async () => {
  const sim = build();
  const fault = await aim(sim, isolate, { tag: { group: 'web' } });
  await fault.inject();
  expect(await fault.look()).toEqual({ is: 'harmed' });
  const list = aws('ec2', 'DescribeSecurityGroups', { Filters: [{ Name: 'group-name', Values: ['store'] }] });
  const { SecurityGroups = [] } = await sim.clock.run(sim.read(list, never));
  const other = SecurityGroups[0]?.GroupId ?? '';
  const InstanceId = fault.undo.instanceId ?? '';
  await send(sim, [aws('ec2', 'ModifyInstanceAttribute', { InstanceId, Groups: [other] })]);
  expect(await fault.look()).toEqual({ is: 'changed', how: `${fault.undo.name} is in ${other} now` });
});

describe('the entries of an ACL that stands in', () => {
  const all: AclEntry = { RuleNumber: 100, Egress: false, RuleAction: 'allow', Protocol: '-1', CidrBlock: '0.0.0.0/0' };
  const six: AclEntry = { ...all, RuleNumber: 101, CidrBlock: undefined, Ipv6CidrBlock: '::/0' } as never;
  const cidrs = (entries: readonly AclEntry[]) =>
    entries.map((one) => [one.RuleNumber, one.RuleAction, one.CidrBlock ?? one.Ipv6CidrBlock]);

  test('deny first what is to be cut, by both versions of IP and in both directions', () => {
    expect(cidrs(withoutRanges([all, six], ['10.0.32.0/20', '2001:db8:0:1::/64']))).toEqual([
      [1, 'deny', '10.0.32.0/20'],
      [2, 'deny', '10.0.32.0/20'],
      [3, 'deny', '2001:db8:0:1::/64'],
      [4, 'deny', '2001:db8:0:1::/64'],
      [5, 'allow', '0.0.0.0/0'],
      [6, 'allow', '::/0'],
    ]);
    expect(withoutRanges([all], ['10.0.32.0/20']).map(({ Egress }) => Egress)).toEqual([true, false, false]);
  });

  test('keep of every entry what is within the VPC, all of its ranges', () => {
    const narrow: AclEntry = { ...all, RuleAction: 'deny', CidrBlock: '10.1.16.0/20' };
    const other: AclEntry = { ...all, CidrBlock: '192.0.2.0/24' };
    const within = onlyWithin([narrow, other, all, six], ['10.0.0.0/16', '10.1.0.0/16', '2001:db8::/56']);
    expect(cidrs(within)).toEqual([
      [1, 'deny', '10.1.16.0/20'],
      [2, 'allow', '10.0.0.0/16'],
      [3, 'allow', '10.1.0.0/16'],
      [4, 'allow', '2001:db8::/56'],
    ]);
    expect(onlyWithin([{ ...six, Ipv6CidrBlock: '2001:db8:0:100::/56' }], ['2001:db8::/56'])).toEqual([]);
  });

  test.each([
    ['10.0.16.4', '10.0.16.0/20', true],
    ['10.0.32.4', '10.0.16.0/20', false],
    ['2001:db8:0:1::4', '2001:db8:0:1::/64', true],
    ['2001:db8:0:2::4', '2001:db8:0:1::/64', false],
    ['10.0.16.4', '::/0', false],
  ])('are about addresses of a range: %s and %s', (address, range, is) => {
    expect(isWithin(address, range)).toBe(is);
  });

  test('know every range of a VPC that is in force', () => {
    expect(
      rangesOf({
        CidrBlock: '10.0.0.0/16',
        CidrBlockAssociationSet: [
          { CidrBlock: '10.0.0.0/16', CidrBlockState: { State: 'associated' } },
          { CidrBlock: '10.1.0.0/16', CidrBlockState: { State: 'associated' } },
          { CidrBlock: '10.2.0.0/16', CidrBlockState: { State: 'disassociated' } },
        ],
        Ipv6CidrBlockAssociationSet: [
          { Ipv6CidrBlock: '2001:db8::/56', Ipv6CidrBlockState: { State: 'associated' } },
          { Ipv6CidrBlock: '2001:db9::/56', Ipv6CidrBlockState: { State: 'disassociated' } },
        ],
      }),
    ).toEqual(['10.0.0.0/16', '10.1.0.0/16', '2001:db8::/56']);
  });
});
