import { aws } from '../../aws/calls.ts';
import { defineTarget } from '../../kernel/define.ts';
import { CallError } from '../../kernel/errors.ts';
import type { ReadPort } from '../../kernel/ports.ts';
import { mapOf, text } from '../../kernel/schema.ts';
import { zoneResource } from '../zone.ts';
import { rangesOf } from './ranges.ts';

export type Subnet = {
  readonly subnetId: string;
  /** The tag `Name`, or the id when it has none. */
  readonly name: string;
  readonly zoneId: string;
  readonly vpcId: string;
  /** Of both versions of IP. */
  readonly ranges: readonly string[];
};

const PAGES_MAX = 100;

/** Subnets of a VPC. Every given condition must be met. */
export const subnet = defineTarget({
  kind: 'aws/subnet',
  summary: 'Subnets, by tag, zone, VPC and id; every given condition must be met.',
  select: {
    tag: mapOf(text({ doc: 'Value of the tag.' }), { doc: 'Tags that the subnet must carry.' }).optional(),
    zone: text({ doc: 'Id (use1-az1) or name (us-east-1a) of the zone.' }).optional(),
    vpc: text({ doc: 'Id of the VPC, such as vpc-0abc.' }).optional(),
    id: text({ doc: 'Id of the subnet, such as subnet-0abc.' }).optional(),
  },

  async find({ tag = {}, zone, vpc, id }, host, signal) {
    const filters = [
      ...Object.entries(tag).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] })),
      ...(vpc === undefined ? [] : [{ Name: 'vpc-id', Values: [vpc] }]),
      ...(id === undefined ? [] : [{ Name: 'subnet-id', Values: [id] }]),
    ];
    const found = await readSubnets(filters, host, signal);
    return found
      .filter(({ zoneId, zoneName }) => zone === undefined || zone === zoneId || zone === zoneName)
      .map(({ zoneName: _zoneName, ...facts }): Subnet => facts);
  },
  name: ({ subnetId, name }) => (name === subnetId ? name : `${name} (${subnetId})`),
  // Whoever cuts a subnet off harms what stands in it, and instances count as parts of their zone.
  resource: ({ zoneId }) => [zoneResource(zoneId)],
  zone: ({ zoneId }) => zoneId,
});

/** Every subnet that passes the filters, by id. Throws a `CallError`. */
export async function readSubnets(
  filters: readonly { Name: string; Values: string[] }[],
  host: ReadPort,
  signal: AbortSignal,
): Promise<readonly (Subnet & { readonly zoneName: string })[]> {
  const found: (Subnet & { zoneName: string })[] = [];
  let token: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const input = { ...(filters.length > 0 && { Filters: [...filters] }), ...(token && { NextToken: token }) };
    const { Subnets = [], NextToken } = await host.read(aws('ec2', 'DescribeSubnets', input), signal);
    for (const one of Subnets) {
      const { SubnetId = '', VpcId = '', Tags = [] } = one;
      const name = Tags.find(({ Key }) => Key === 'Name')?.Value || SubnetId;
      const { AvailabilityZone: zoneName = '', AvailabilityZoneId: zoneId = zoneName } = one;
      found.push({ subnetId: SubnetId, name, zoneId, zoneName, vpcId: VpcId, ranges: rangesOf(one) });
    }
    if (!NextToken) return found.sort((a, b) => (a.subnetId < b.subnetId ? -1 : 1));
    token = NextToken;
  }
  throw new CallError('TooManyPages', 'the selector matches more subnets than can be read');
}
