import type {
  CreateNetworkAclEntryRequest,
  DeleteNetworkAclEntryRequest,
  ReplaceNetworkAclEntryRequest,
} from '@aws-sdk/client-ec2';
import { Fault } from '../../fault.ts';
import type { Step } from '../../step.ts';
import { endDryRun } from '../find-instances.ts';
import { missing, readCidr, refuseMembers, requireAcl } from './find.ts';
import type { AclEntry, NetworkAcl } from './network-state.ts';

export const createNetworkAclEntry: Step<CreateNetworkAclEntryRequest, void> = (state, input) => {
  const acl = requireAcl(state, input.NetworkAclId);
  const entry = readEntry(input);
  if (entryAt(acl, entry)) {
    const why = `The network acl entry identified by ${entry.ruleNumber} already exists.`;
    throw new Fault('NetworkAclEntryAlreadyExists', why);
  }
  if (acl.entries.filter(({ egress }) => egress === entry.egress).length >= MAX_ENTRIES) {
    const why = `The maximum number of entries of one direction has been reached: ${MAX_ENTRIES}.`;
    throw new Fault('NetworkAclEntryLimitExceeded', why);
  }
  endDryRun(input);
  acl.entries = [...acl.entries, entry];
};

const MAX_ENTRIES = 20;

export const replaceNetworkAclEntry: Step<ReplaceNetworkAclEntryRequest, void> = (state, input) => {
  const acl = requireAcl(state, input.NetworkAclId);
  const entry = readEntry(input);
  const present = requireEntry(acl, entry);
  endDryRun(input);
  acl.entries = acl.entries.map((one) => (one === present ? entry : one));
};

export const deleteNetworkAclEntry: Step<DeleteNetworkAclEntryRequest, void> = (state, input) => {
  const acl = requireAcl(state, input.NetworkAclId);
  const present = requireEntry(acl, place(input));
  endDryRun(input);
  acl.entries = acl.entries.filter((one) => one !== present);
};

type Place = Pick<AclEntry, 'ruleNumber' | 'egress'>;

const entryAt = ({ entries }: NetworkAcl, { ruleNumber, egress }: Place): AclEntry | undefined =>
  entries.find((one) => one.ruleNumber === ruleNumber && one.egress === egress);

function requireEntry(acl: NetworkAcl, at: Place): AclEntry {
  const found = entryAt(acl, at);
  if (found) return found;
  const direction = at.egress ? 'egress' : 'ingress';
  const why = `The ${direction} network acl entry ${at.ruleNumber} of '${acl.networkAclId}' does not exist.`;
  throw new Fault('InvalidNetworkAclEntry.NotFound', why);
}

function place({ RuleNumber: ruleNumber, Egress: egress }: DeleteNetworkAclEntryRequest): Place {
  if (ruleNumber === undefined) throw missing('RuleNumber');
  if (egress === undefined) throw missing('Egress');
  if (!Number.isInteger(ruleNumber) || ruleNumber < 1 || ruleNumber > 32_766) {
    throw invalid(`Value (${ruleNumber}) for parameter ruleNumber is invalid. It must be from 1 to 32766.`);
  }
  return { ruleNumber, egress };
}

function readEntry(input: CreateNetworkAclEntryRequest): AclEntry {
  refuseMembers(input, ['Ipv6CidrBlock']);
  const { RuleAction: action, CidrBlock: cidr, Protocol: protocol } = input;
  if (action === undefined) throw missing('RuleAction');
  if (action !== 'allow' && action !== 'deny') throw invalid(`Value (${action}) for parameter ruleAction is invalid.`);
  if (protocol === undefined) throw missing('Protocol');
  if (cidr === undefined) throw missing('CidrBlock');
  const number = protocolNumber(protocol);
  return { ...place(input), action, protocol: number, cidr: readCidr(cidr), ...portsOf(input, number) };
}

/** Protocols may be given by number or by the names that everybody knows. */
function protocolNumber(text: string): string {
  const number = NUMBERS[text.toLowerCase()] ?? text;
  if (!/^(?:-1|\d{1,3})$/.test(number) || Number(number) > 255) {
    throw invalid(`Value (${text}) for parameter protocol is invalid. Unknown protocol.`);
  }
  return number;
}

const NUMBERS: Readonly<Record<string, string>> = { all: '-1', tcp: '6', udp: '17', icmp: '1' };

/** TCP and UDP need their ports, ICMP its type and code; of other protocols EC2 ignores both. */
function portsOf(
  { PortRange: range, IcmpTypeCode: icmp }: CreateNetworkAclEntryRequest,
  protocol: string,
): Pick<AclEntry, 'ports' | 'icmp'> {
  if (protocol === '6' || protocol === '17') {
    const { From: from, To: to } = range ?? {};
    if (from === undefined || to === undefined) throw missing('PortRange');
    const valid = [from, to].every((port) => Number.isInteger(port) && port >= 0 && port <= 65_535) && from <= to;
    if (!valid) throw invalid(`Value (${from}-${to}) for parameter portRange is invalid.`);
    return { ports: { from, to } };
  }
  if (protocol !== '1') return {};
  const { Type: type, Code: code } = icmp ?? {};
  if (type === undefined || code === undefined) throw missing('IcmpTypeCode');
  return { icmp: { type, code } };
}

const invalid = (message: string) => new Fault('InvalidParameterValue', message);
