import type { LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import { aws } from '../../../aws/calls.ts';
import type { Call } from '../../../kernel/call.ts';
import { type Attestation, defineFault, defineMeans, type Standing } from '../../../kernel/define.ts';
import { CallError } from '../../../kernel/errors.ts';
import { canonicalJson } from '../../../kernel/json.ts';
import type { ReadPort } from '../../../kernel/ports.ts';
import { type LoadBalancerZone, loadBalancerZone } from '../../../targets/aws/load-balancer-zone.ts';
import { findLoadBalancers } from '../../../targets/aws/load-balancers.ts';
import { isWithin } from '../../../targets/aws/ranges.ts';
import { readSubnets } from '../../../targets/aws/subnet.ts';

/** A subnet with the fixed addresses that a network load balancer has there: what the call that sets it is given. */
type Mapping = {
  readonly SubnetId: string;
  readonly AllocationId?: string;
  readonly PrivateIPv4Address?: string;
  readonly IPv6Address?: string;
};

type Undo = {
  readonly loadBalancerArn: string;
  readonly loadBalancer: string;
  readonly dnsName: string;
  readonly zoneId: string;
  /** All subnets as they were, and those that are left without the zone. */
  readonly mappings: readonly Mapping[];
  readonly left: readonly Mapping[];
  /** The ranges of the zone's subnets: where its node has its address. */
  readonly ranges: readonly string[];
};

const params = {};

/** A load balancer leaves a zone, as it does when somebody shifts traffic away from it. */
export const removeZone = defineFault({
  id: 'aws.elbv2.remove-zone',
  summary: 'Take a zone from a load balancer, and give it back when the fault ends.',
  details:
    'The load balancer loses its node in the zone, and the targets there get no requests any more, although they are ' +
    'well: the other zones carry all of it. When the fault ends, exactly the subnets are set that were set before. An ' +
    'application load balancer needs two zones that are left, any other one: where they are not, the fault is refused.',
  params,
  reversal: 'reverts',
  example: `
- name: the load balancer leaves a zone
  fault: aws.elbv2.remove-zone
  select: { loadBalancer: shop, zone: use1-az1 }
  for: 60s
`,
  manualRecovery:
    'aws elbv2 set-subnets --load-balancer-arn LOAD_BALANCER_ARN --subnets ORIGINAL_SUBNET_ID ... ' +
    'with the subnets that undo.jsonl holds',
  covers: ['evacuated availability zone', 'lost capacity of a zone', 'wrong subnets after a change of infrastructure'],
  means: {
    api: defineMeans(params)({
      target: loadBalancerZone,
      fidelity:
        'A real change of the load balancer; clients that remember the address of the lost node go on calling it for ' +
        'the TTL. Where a node had no fixed address, it may get another one when the zone is given back.',
      landsWithinMs: 120_000,
      restoresWithinMs: 300_000,

      capture,
      steps: (_target, _params, { left, ...undo }) => [set(undo, left)],
      restore: ({ mappings, ...undo }) => [set(undo, mappings)],
      compare,
      attest,
    }),
  },
});

async function capture(
  { loadBalancerArn, zoneId, zoneName }: LoadBalancerZone,
  _params: unknown,
  host: ReadPort,
  signal: AbortSignal,
): Promise<Undo> {
  const [balancer] = await findLoadBalancers({ arn: loadBalancerArn }, host, signal);
  const { LoadBalancerName: loadBalancer = '', DNSName: dnsName = '', AvailabilityZones: zones = [] } = balancer ?? {};
  const own = zones.filter(({ ZoneName }) => ZoneName === zoneName);
  if (!balancer || own.length === 0)
    throw new CallError('TARGET_NONE', `${zoneId} is not enabled for ${loadBalancerArn}`);
  const least = balancer.Type === 'application' ? 2 : 1;
  const rest = new Set(zones.map(({ ZoneName }) => ZoneName)).size - 1;
  if (rest < least) {
    const why = `load balancer "${loadBalancer}" would be left with ${rest} ${rest === 1 ? 'zone' : 'zones'}, and its kind needs ${least}`;
    throw new CallError('TooFewZones', why);
  }
  const mappings = mappingsOf(balancer);
  const removed = own.map(({ SubnetId = '' }) => SubnetId);
  const left = mappings.filter(({ SubnetId }) => !removed.includes(SubnetId));
  const subnets = await readSubnets([{ Name: 'subnet-id', Values: removed }], host, signal);
  const ranges = subnets.flatMap((one) => one.ranges);
  return { loadBalancerArn, loadBalancer, dnsName, zoneId, mappings, left, ranges };
}

const mappingsOf = ({ AvailabilityZones: zones = [] }: LoadBalancer): readonly Mapping[] =>
  zones
    .map(({ SubnetId = '', LoadBalancerAddresses: [address = {}] = [] }): Mapping => {
      const { AllocationId, PrivateIPv4Address, IPv6Address } = address;
      return {
        SubnetId,
        ...(AllocationId !== undefined && { AllocationId }),
        ...(PrivateIPv4Address !== undefined && { PrivateIPv4Address }),
        ...(IPv6Address !== undefined && { IPv6Address }),
      };
    })
    .sort((a, b) => (a.SubnetId < b.SubnetId ? -1 : 1));

const set = ({ loadBalancerArn }: Pick<Undo, 'loadBalancerArn'>, mappings: readonly Mapping[]): Call =>
  aws('elastic-load-balancing-v2', 'SetSubnets', {
    LoadBalancerArn: loadBalancerArn,
    SubnetMappings: mappings.map((mapping) => ({ ...mapping })),
  });

async function compare(undo: Undo, host: ReadPort, signal: AbortSignal): Promise<Standing> {
  const [balancer] = await findLoadBalancers({ arn: undo.loadBalancerArn }, host, signal);
  if (!balancer) return { is: 'vanished' };
  const now = mappingsOf(balancer);
  if (areSame(now, undo.mappings)) return { is: 'restored' };
  if (areSame(now, undo.left)) return { is: 'harmed' };
  return { is: 'changed', how: `"${undo.loadBalancer}" has ${now.map(({ SubnetId }) => SubnetId).join(', ')} now` };
}

/**
 * The load balancer's name leads nowhere into the zone any more. That its node is missing there proves nothing once the zone
 * is back: it is missing also while the zone is dark.
 */
async function attest(undo: Undo, host: ReadPort, signal: AbortSignal): Promise<Attestation> {
  const { loadBalancerArn, loadBalancer, dnsName, zoneId, mappings, left } = undo;
  const [balancer] = await findLoadBalancers({ arn: loadBalancerArn }, host, signal);
  const now = balancer ? mappingsOf(balancer) : left;
  const bites = mappings.some(
    (one) =>
      !left.some(({ SubnetId }) => SubnetId === one.SubnetId) && !now.some(({ SubnetId }) => SubnetId === one.SubnetId),
  );
  const enabled = `${zoneId} is ${bites ? 'not ' : ''}enabled for "${loadBalancer}"`;
  const { nameServers, kind } = host.account;
  if (kind !== 'embedded' || nameServers.length === 0) return { bites, level: 'control plane', evidence: enabled };
  const name = dnsName.toLowerCase();
  const answers = await Promise.all(
    nameServers.map((server) => host.dns({ name, type: 'A', timeoutMs: QUERY_MS, server }, signal)),
  );
  const addresses = [...new Set(answers.flatMap((answer) => answer.answers.map(({ data }) => data)))].sort();
  const inside = addresses.filter((address) => undo.ranges.some((range) => isWithin(address, range)));
  const isSilent = answers.some(({ code }) => code !== 'NOERROR');
  const evidence = `${enabled}; its name has ${addresses.join(' ') || 'no address'}: ${inside.length} in the zone`;
  return { bites: bites && inside.length === 0 && !isSilent, level: 'data plane', evidence };
}

const QUERY_MS = 2_000;
const areSame = (some: readonly Mapping[], others: readonly Mapping[]): boolean =>
  canonicalJson(some as never) === canonicalJson(others as never);
