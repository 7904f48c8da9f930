import type { Subnet, Vpc } from '@aws-sdk/client-ec2';

type Ranged = Pick<Vpc & Subnet, 'CidrBlock' | 'CidrBlockAssociationSet' | 'Ipv6CidrBlockAssociationSet'>;

/** All ranges of a VPC or a subnet, of both versions of IP, that are in force. */
export function rangesOf({ CidrBlock, ...others }: Ranged): readonly string[] {
  const four = (others.CidrBlockAssociationSet ?? []).filter((one) => one.CidrBlockState?.State !== 'disassociated');
  const six = (others.Ipv6CidrBlockAssociationSet ?? []).filter(
    (one) => one.Ipv6CidrBlockState?.State === 'associated',
  );
  const all = [CidrBlock, ...four.map((one) => one.CidrBlock), ...six.map((one) => one.Ipv6CidrBlock)];
  return [...new Set(all)].filter((range) => range !== undefined);
}

/** Two ranges either have nothing in common, or one of them is within the other. */
export function commonRange(a: string, b: string): string | undefined {
  if (isSix(a) !== isSix(b)) return undefined;
  const [wide, narrow] = prefixOf(a) <= prefixOf(b) ? [a, b] : [b, a];
  const rest = BigInt((isSix(wide) ? 128 : 32) - prefixOf(wide));
  return numberOf(wide) >> rest === numberOf(narrow) >> rest ? narrow : undefined;
}

const prefixOf = (range: string): number => Number(range.split('/')[1]);

function numberOf(range: string): bigint {
  const address = range.split('/')[0] ?? '';
  if (!isSix(range)) return address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  const [head = [], tail = []] = address.split('::').map((half) => half.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...tail].reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

/** Whether an address is in a range. */
export const isWithin = (address: string, range: string): boolean =>
  isSix(address) === isSix(range) && commonRange(`${address}/${isSix(address) ? 128 : 32}`, range) !== undefined;

/** Whether a range or an address is one of IPv6. */
export const isSix = (range: string): boolean => range.includes(':');
