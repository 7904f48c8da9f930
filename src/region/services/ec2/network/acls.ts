import type {
  CreateNetworkAclRequest,
  CreateNetworkAclResult,
  DeleteNetworkAclRequest,
  DescribeNetworkAclsRequest,
  DescribeNetworkAclsResult,
  NetworkAclEntry,
  NetworkAcl as NetworkAclView,
  ReplaceNetworkAclAssociationRequest,
  ReplaceNetworkAclAssociationResult,
} from '@aws-sdk/client-ec2';
import { Fault } from '../../fault.ts';
import type { RegionState } from '../../state.ts';
import { randomDigits, type Step } from '../../step.ts';
import { applyFilters, type Facets } from '../filter.ts';
import { endDryRun } from '../find-instances.ts';
import { tagsView } from '../instance-view.ts';
import { page } from '../page.ts';
import { specifiedTags } from '../tags.ts';
import { missing, requireAcl, requireVpc } from './find.ts';
import type { AclEntry, NetworkAcl } from './network-state.ts';

export const describeNetworkAcls: Step<DescribeNetworkAclsRequest, DescribeNetworkAclsResult> = (state, input) => {
  const ids = input.NetworkAclIds ?? [];
  for (const id of ids) requireAcl(state, id);
  const named = state.network.acls.filter(({ networkAclId }) => ids.length === 0 || ids.includes(networkAclId));
  const matches = applyFilters(named, input.Filters, aclFacets(state), ({ tags }) => tags);
  const { items, next } = page(matches, input, ({ ordinal }) => ordinal, 5);
  endDryRun(input);
  return { NetworkAcls: items.map((acl) => aclView(state, acl)), ...(next !== undefined && { NextToken: next }) };
};

/** A new ACL denies everything in both directions until it has entries, and is in force once it is associated. */
export const createNetworkAcl: Step<CreateNetworkAclRequest, CreateNetworkAclResult> = (state, input, ctx) => {
  requireVpc(state, input.VpcId);
  const { acls } = state.network;
  const token = input.ClientToken ?? '';
  const tags = specifiedTags(input.TagSpecifications, 'network-acl');
  const earlier = token === '' ? undefined : acls.find(({ clientToken }) => clientToken === token);
  if (!earlier && acls.length >= MAX_ACLS) {
    throw new Fault('NetworkAclLimitExceeded', `The maximum number of network ACLs has been reached: ${MAX_ACLS}.`);
  }
  endDryRun(input);
  const acl: NetworkAcl = earlier ?? {
    networkAclId: `acl-0${randomDigits(ctx.random, 16)}`,
    ordinal: ++state.counter,
    isDefault: false,
    clientToken: token,
    tags,
    entries: [],
    associations: [],
  };
  if (!earlier) acls.push(acl);
  return { NetworkAcl: aclView(state, acl), ...(token !== '' && { ClientToken: token }) };
};

const MAX_ACLS = 200;

export const deleteNetworkAcl: Step<DeleteNetworkAclRequest, void> = (state, input) => {
  const acl = requireAcl(state, input.NetworkAclId);
  if (acl.isDefault) {
    throw new Fault('InvalidParameterValue', `cannot delete default network ACL ${acl.networkAclId}`);
  }
  if (acl.associations.length > 0) {
    const why = `The networkAcl '${acl.networkAclId}' has dependencies and cannot be deleted.`;
    throw new Fault('DependencyViolation', why);
  }
  endDryRun(input);
  state.network.acls = state.network.acls.filter((one) => one !== acl);
};

/** Puts a subnet, named by its present association, under another ACL. The association gets a new id. */
export const replaceNetworkAclAssociation: Step<
  ReplaceNetworkAclAssociationRequest,
  ReplaceNetworkAclAssociationResult
> = (state, input, ctx) => {
  const { AssociationId: id } = input;
  if (id === undefined) throw missing('AssociationId');
  const target = requireAcl(state, input.NetworkAclId);
  const holder = state.network.acls.find(({ associations }) => associations.some((one) => one.associationId === id));
  const present = holder?.associations.find(({ associationId }) => associationId === id);
  if (!holder || !present) {
    throw new Fault('InvalidAssociationID.NotFound', `The association ID '${id}' does not exist`);
  }
  endDryRun(input);
  const associationId = `aclassoc-0${randomDigits(ctx.random, 16)}`;
  holder.associations = holder.associations.filter((one) => one !== present);
  target.associations = [...target.associations, { associationId, subnetId: present.subnetId }];
  return { NewAssociationId: associationId };
};

/** An ACL as it is shown: with the rule of each direction that nobody can change, and which denies what is left. */
function aclView({ vpc, accountId }: RegionState, acl: NetworkAcl): NetworkAclView {
  return {
    NetworkAclId: acl.networkAclId,
    VpcId: vpc.vpcId,
    OwnerId: accountId,
    IsDefault: acl.isDefault,
    Associations: acl.associations.map(({ associationId, subnetId }) => ({
      NetworkAclAssociationId: associationId,
      NetworkAclId: acl.networkAclId,
      SubnetId: subnetId,
    })),
    Entries: [true, false].flatMap((egress) => [
      ...acl.entries
        .filter((entry) => entry.egress === egress)
        .toSorted((a, b) => a.ruleNumber - b.ruleNumber)
        .map(entryView),
      { ...LAST, Egress: egress },
    ]),
    Tags: tagsView(acl.tags),
  };
}

const LAST: NetworkAclEntry = { RuleNumber: 32_767, Protocol: '-1', RuleAction: 'deny', CidrBlock: '0.0.0.0/0' };

const entryView = ({ ruleNumber, egress, action, protocol, cidr, ports, icmp }: AclEntry): NetworkAclEntry => ({
  RuleNumber: ruleNumber,
  Egress: egress,
  RuleAction: action,
  Protocol: protocol,
  CidrBlock: cidr,
  ...(ports && { PortRange: { From: ports.from, To: ports.to } }),
  ...(icmp && { IcmpTypeCode: { Type: icmp.type, Code: icmp.code } }),
});

const aclFacets = ({ vpc, accountId }: RegionState): Facets<NetworkAcl> => ({
  'network-acl-id': ({ networkAclId }) => [networkAclId],
  'vpc-id': () => [vpc.vpcId],
  'owner-id': () => [accountId],
  default: ({ isDefault }) => [String(isDefault)],
  'association.association-id': ({ associations }) => associations.map(({ associationId }) => associationId),
  'association.network-acl-id': ({ associations, networkAclId }) => associations.map(() => networkAclId),
  'association.subnet-id': ({ associations }) => associations.map(({ subnetId }) => subnetId),
  'entry.cidr': ({ entries }) => ['0.0.0.0/0', ...entries.map(({ cidr }) => cidr)],
  'entry.egress': () => ['true', 'false'],
  'entry.protocol': ({ entries }) => ['-1', ...entries.map(({ protocol }) => protocol)],
  'entry.rule-action': ({ entries }) => ['deny', ...entries.map(({ action }) => action)],
  'entry.rule-number': ({ entries }) => ['32767', ...entries.map(({ ruleNumber }) => String(ruleNumber))],
  'entry.port-range.from': ({ entries }) => entries.flatMap(({ ports }) => (ports ? [String(ports.from)] : [])),
  'entry.port-range.to': ({ entries }) => entries.flatMap(({ ports }) => (ports ? [String(ports.to)] : [])),
});
