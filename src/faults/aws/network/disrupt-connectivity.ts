import { aws, awsLater } from '../../../aws/calls.ts';
import type { Call, LookUp } from '../../../kernel/call.ts';
import { type Attestation, defineFault, defineMeans, type Standing } from '../../../kernel/define.ts';
import { CallError } from '../../../kernel/errors.ts';
import type { ReadPort } from '../../../kernel/ports.ts';
import { oneOf } from '../../../kernel/schema.ts';
import { type AclEntry, entriesOf, onlyWithin, readAcl, withoutRanges } from '../../../targets/aws/acls.ts';
import { findInstances } from '../../../targets/aws/instances.ts';
import { rangesOf } from '../../../targets/aws/ranges.ts';
import { readSubnets, type Subnet, subnet } from '../../../targets/aws/subnet.ts';
import { answering, type Dialable, dialAll, namesOf } from '../../../targets/dial.ts';

type Scope = 'all' | 'availability-zone' | 'vpc';

type Undo = {
  readonly subnetId: string;
  readonly name: string;
  readonly vpcId: string;
  /** The ACL that the subnet was under, by which association. No two associations ever have the same id. */
  readonly networkAclId: string;
  readonly associationId: string;
  /** What the ACL that stands in for it lets through. */
  readonly entries: readonly AclEntry[];
  /** Who answered from outside before; empty when the fault does not keep those outside from them. */
  readonly answered: readonly Dialable[];
};

const params = {
  scope: oneOf(['all', 'availability-zone', 'vpc'], {
    doc:
      'What is cut: `all` traffic that enters or leaves the subnet; traffic with subnets of other zones of the VPC ' +
      '(`availability-zone`); or traffic that enters or leaves the VPC (`vpc`).',
  }).default('all'),
};

/** A subnet is cut off by a network ACL that stands in for its own. */
export const disruptConnectivity = defineFault({
  id: 'aws.network.disrupt-connectivity',
  summary: 'Cut subnets off by swapping their network ACL, and give it back when the fault ends.',
  details:
    'Packets are dropped in both directions, of open connections too; what stands in the same subnet still reaches each ' +
    'other, and names still resolve. The subnet gets an ACL made for the purpose, tagged with what it stands in for; ' +
    'when the fault ends, the subnet gets its own ACL back and the other one is deleted.',
  params,
  reversal: 'reverts',
  example: `
- name: a zone is cut off
  fault: aws.network.disrupt-connectivity
  select: { zone: use1-az1 }
  with: { scope: all }
  for: 30s
`,
  manualRecovery:
    'aws ec2 replace-network-acl-association --association-id PRESENT_ASSOCIATION_ID --network-acl-id ORIGINAL_ACL_ID ' +
    'and then aws ec2 delete-network-acl --network-acl-id ACL_THAT_STOOD_IN',
  covers: ['network partition', 'isolated availability zone', 'loss of a subnet'],
  means: {
    api: defineMeans(params)({
      target: subnet,
      fidelity:
        'Packets are dropped as on AWS, but a network ACL does not cut what stays within a subnet, the resolver of ' +
        'Amazon or the metadata service; in the portable data plane a new connection is accepted and stays silent.',
      landsWithinMs: 15_000,
      restoresWithinMs: 60_000,

      capture: (target, { scope }, host, signal) => capture(target, scope, host, signal),
      steps,
      restore,
      compare,
      attest,
    }),
  },
});

async function capture(target: Subnet, scope: Scope, host: ReadPort, signal: AbortSignal): Promise<Undo> {
  const { subnetId, name, vpcId } = target;
  const acl = await readAcl({ Name: 'association.subnet-id', Values: [subnetId] }, host, signal);
  const association = acl?.Associations?.find(({ SubnetId }) => SubnetId === subnetId);
  const { NetworkAclId: networkAclId } = acl ?? {};
  const { NetworkAclAssociationId: associationId } = association ?? {};
  if (!acl || networkAclId === undefined || associationId === undefined) {
    throw new CallError('TARGET_NONE', `subnet ${subnetId} is under no network ACL that can be read`);
  }
  const entries = await standIn(entriesOf(acl), { target, scope, host, signal });
  const instances =
    scope === 'availability-zone' ? [] : await findInstances({ subnet: subnetId, state: 'running' }, host, signal);
  const answered = await answering(
    instances.map(({ instanceId }) => instanceId),
    host,
    signal,
  );
  return { subnetId, name, vpcId, networkAclId, associationId, entries, answered };
}

/** What is still let through: nothing, or what the subnet's own ACL lets through, less what is to be cut. */
async function standIn(
  entries: readonly AclEntry[],
  { target, scope, host, signal }: { target: Subnet; scope: Scope; host: ReadPort; signal: AbortSignal },
): Promise<readonly AclEntry[]> {
  if (scope === 'all') return [];
  if (scope === 'vpc') {
    const { Vpcs = [] } = await host.read(aws('ec2', 'DescribeVpcs', { VpcIds: [target.vpcId] }), signal);
    return onlyWithin(entries, rangesOf(Vpcs[0] ?? {}));
  }
  const subnets = await readSubnets([{ Name: 'vpc-id', Values: [target.vpcId] }], host, signal);
  const elsewhere = subnets.filter(({ zoneId }) => zoneId !== target.zoneId);
  return withoutRanges(
    entries,
    elsewhere.flatMap(({ ranges }) => ranges),
  );
}

const TAG = 'chaos:stands-in-for';

/** The ACL that was made for this very swap. */
const made = ({ associationId }: Undo) => ({ Name: `tag:${TAG}`, Values: [associationId] });
const find = <M extends string>(undo: Undo, member: M, path: LookUp['path'], optional: boolean) => ({
  member,
  call: aws('ec2', 'DescribeNetworkAcls', { Filters: [made(undo)] }),
  path: ['NetworkAcls', 0, ...path],
  optional,
});

function steps(_target: Subnet, _params: unknown, undo: Undo): readonly Call[] {
  const { vpcId, associationId, entries } = undo;
  const Tags = [{ Key: TAG, Value: associationId }];
  const it = [find(undo, 'NetworkAclId', ['NetworkAclId'], false)] as const;
  return [
    aws('ec2', 'CreateNetworkAcl', {
      VpcId: vpcId,
      ClientToken: associationId,
      TagSpecifications: [{ ResourceType: 'network-acl', Tags }],
    }),
    ...entries.map((entry) => awsLater('ec2', 'CreateNetworkAclEntry', entry, it, ['NetworkAclEntryAlreadyExists'])),
    awsLater('ec2', 'ReplaceNetworkAclAssociation', { AssociationId: associationId }, it, [
      'InvalidAssociationID.NotFound',
    ]),
  ];
}

function restore(undo: Undo): readonly Call[] {
  const present = find(undo, 'AssociationId', ['Associations', 0, 'NetworkAclAssociationId'], true);
  const it = find(undo, 'NetworkAclId', ['NetworkAclId'], true);
  return [
    awsLater(
      'ec2',
      'ReplaceNetworkAclAssociation',
      { NetworkAclId: undo.networkAclId },
      [present],
      ['InvalidAssociationID.NotFound'],
    ),
    awsLater('ec2', 'DeleteNetworkAcl', {}, [it], ['InvalidNetworkAclID.NotFound']),
  ];
}

async function compare(undo: Undo, host: ReadPort, signal: AbortSignal): Promise<Standing> {
  const present = await readAcl({ Name: 'association.subnet-id', Values: [undo.subnetId] }, host, signal);
  const standsIn = await readAcl(made(undo), host, signal);
  if (!present && !standsIn) return { is: 'vanished' };
  const isMade = present?.NetworkAclId !== undefined && present.NetworkAclId === standsIn?.NetworkAclId;
  const isOwn = !present || present.NetworkAclId === undo.networkAclId;
  if (isMade || (isOwn && standsIn)) return { is: 'harmed' };
  if (isOwn) return { is: 'restored' };
  const left = standsIn ? `, and ${standsIn.NetworkAclId}, which was made for the fault, is left` : '';
  return { is: 'changed', how: `subnet ${undo.subnetId} is under ${present.NetworkAclId} now${left}` };
}

/** From outside, nobody who answered before may answer; where that says nothing, the association is read. */
async function attest(undo: Undo, host: ReadPort, signal: AbortSignal): Promise<Attestation> {
  const { subnetId, answered } = undo;
  if (answered.length === 0) {
    const present = await readAcl({ Name: 'association.subnet-id', Values: [subnetId] }, host, signal);
    const bites = present?.Tags?.some(({ Key, Value }) => Key === TAG && Value === undo.associationId) ?? false;
    const evidence = `subnet ${subnetId} is under network ACL ${present?.NetworkAclId}`;
    return { bites, level: 'control plane', evidence };
  }
  const seen = await dialAll(answered, host, signal);
  const bites = seen.answered.length === 0;
  const names = namesOf(bites ? seen.silent : seen.answered);
  const evidence = `${seen.silent.length} of ${answered.length} instances of the subnet did not answer from outside`;
  return { bites, level: 'data plane', evidence: `${evidence} (${bites ? '' : 'answered: '}${names})` };
}
