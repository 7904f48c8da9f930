import { Fault } from '../../fault.ts';
import type { RegionState } from '../../state.ts';
import type { NetworkAcl, SecurityGroup } from './network-state.ts';

/** The network ACL of an id. */
export function requireAcl({ network }: RegionState, id: string | undefined): NetworkAcl {
  if (id === undefined) throw missing('NetworkAclId');
  const found = network.acls.find(({ networkAclId }) => networkAclId === id);
  if (!found) throw new Fault('InvalidNetworkAclID.NotFound', `The networkAcl ID '${id}' does not exist`);
  return found;
}

/** The security groups of these ids, each once, in the order given. */
export function requireGroups({ network }: RegionState, ids: readonly string[]): readonly SecurityGroup[] {
  return [...new Set(ids)].map((id) => {
    const found = network.securityGroups.find(({ groupId }) => groupId === id);
    if (!found) throw new Fault('InvalidGroup.NotFound', `The security group '${id}' does not exist`);
    return found;
  });
}

/** Only the VPC of the region exists. */
export function requireVpc({ vpc }: RegionState, id: string | undefined): void {
  if (id === undefined) throw missing('VpcId');
  if (id !== vpc.vpcId) throw new Fault('InvalidVpcID.NotFound', `The vpc ID '${id}' does not exist`);
}

/** Members of a request that would change its meaning and are not honoured here. */
export function refuseMembers(input: object, members: readonly string[]): void {
  const given = members.find((member) => (input as Readonly<Record<string, unknown>>)[member] !== undefined);
  if (given !== undefined) throw unsupported(given);
}

export const unsupported = (member: string): Fault =>
  new Fault('UnsupportedOperation', `The region does not honour the parameter ${member}.`);

export const missing = (parameter: string): Fault =>
  new Fault('MissingParameter', `The request must contain the parameter ${parameter}`);

/** A range of IPv4 addresses as EC2 keeps it: bits behind the prefix are cut off. */
export function readCidr(text: string): string {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  const [, ...numbers] = (match ?? []).map(Number);
  const [prefix, ...parts] = [numbers[4] ?? 99, ...numbers.slice(0, 4)];
  if (!match || prefix > 32 || parts.some((part) => part > 255)) {
    throw new Fault('InvalidParameterValue', `Value (${text}) for parameter cidrBlock is invalid. This is not a CIDR.`);
  }
  const kept = parts.map((part, k) => part & (0xff00 >> Math.min(8, Math.max(0, prefix - 8 * k))) & 255);
  return `${kept.join('.')}/${prefix}`;
}
