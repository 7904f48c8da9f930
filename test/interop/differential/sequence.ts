import type { Call, Compared, Ground } from './call.ts';
import { IDENTITIES } from './calls/iam.ts';
import { type Answer, compare, type Difference } from './compare.ts';
import { Ids, type Pair } from './ids.ts';
import type { Moto } from './moto.ts';
import type { OurRegion } from './region.ts';

export interface Sequence {
  readonly ground: Ground;
  /** The service that it is about. */
  readonly service: Compared;
  readonly calls: readonly Call[];
}

/** A call as it was made, what both endpoints answered, and where they differ. */
export interface Found {
  readonly call: Required<Call>;
  readonly answers: Pair<Answer>;
  readonly differences: readonly Difference[];
}

const VPC: Call = { service: 'ec2', operation: 'DescribeVpcs', input: { Filters: [tagged('differential')] } };
const INSTANCES: Call = { service: 'ec2', operation: 'DescribeInstances', input: {} };

/** What is looked at first, so that both endpoints' names for what is there are known. */
const FIRST: Readonly<Record<Ground, readonly Call[]>> = {
  instances: [VPC, ...['Subnets', 'SecurityGroups'].map(ofVpc), INSTANCES],
  network: [VPC, ...['Subnets', 'SecurityGroups', 'NetworkAcls', 'RouteTables'].map(ofVpc), INSTANCES],
  names: [VPC, describe('ListHostedZones')],
  balancer: [INSTANCES, describe('DescribeLoadBalancers'), describe('DescribeTargetGroups')],
  identities: IDENTITIES,
  group: [describe('DescribeAutoScalingGroups')],
};

function tagged(name: string) {
  return { Name: 'tag:Name', Values: [name] };
}

function ofVpc(what: string): Call {
  return describe(`Describe${what}`, { Filters: [{ Name: 'vpc-id', Values: [{ kind: 'vpc', nth: 0 }] }] });
}

function describe(operation: string, input: Call['input'] = {}): Call {
  return { operation, input };
}

/** Lists whose order the service promises. */
const IN_ORDER: Readonly<Record<string, ReadonlySet<string>>> = {
  ListResourceRecordSets: new Set(['ResourceRecordSets']),
  ListHostedZonesByName: new Set(['HostedZones']),
};

/**
 * Sends a sequence to both endpoints, which begin anew, and returns where their answers differ. It ends with the first
 * call from which on their states differ: one that one of them takes and the other refuses, or after which each may do as
 * it likes, and then what came of it is looked at.
 */
export async function differencesOf(
  { ground, service, calls }: Sequence,
  { ours, theirs }: { readonly ours: OurRegion; readonly theirs: Moto },
): Promise<Found[]> {
  ours.reset(ground);
  await theirs.reset(ground);
  const ids = new Ids();
  const found: Found[] = [];
  const look = async (asked: Call): Promise<'alike' | 'parted' | 'refused by one'> => {
    const call = { service, ...asked };
    const [mine, other] = ids.fill(call.input);
    const [answer, foreign] = await Promise.all([
      ours.ask(call.service, call.operation, mine),
      theirs.ask(call.service, call.operation, other),
    ]);
    const differences = compareOutcomes([answer, foreign], ids, IN_ORDER[call.operation] ?? new Set());
    if (differences.length > 0) found.push({ call, answers: [answer, foreign], differences });
    ours.settle();
    if ('error' in answer !== 'error' in foreign) return 'refused by one';
    return isParting(call) && !('error' in answer) ? 'parted' : 'alike';
  };
  for (const asked of FIRST[ground]) await look(asked);
  for (const asked of calls) {
    const now = await look(asked);
    if (now === 'alike') continue;
    if (now === 'parted' && changesCapacity(asked)) for (const last of FIRST[ground]) await look(last);
    break;
  }
  return found;
}

/** What is unhealthy is replaced, which Moto does not do, and which instance leaves a group is for each to choose. */
const isParting = (call: Call): boolean =>
  changesCapacity(call) || (call.operation === 'SetInstanceHealth' && call.input.HealthStatus === 'Unhealthy');

const changesCapacity = ({ operation }: Call): boolean =>
  operation === 'SetDesiredCapacity' || operation === 'UpdateAutoScalingGroup';

/** Of a refusal on one side alone, that it is one is the whole difference. */
function compareOutcomes([ours, theirs]: Pair<Answer>, ids: Ids, inOrder: ReadonlySet<string>): Difference[] {
  if ('error' in ours === 'error' in theirs) return compare([ours, theirs], ids, inOrder);
  return [{ field: 'error', ours: ours.error, theirs: theirs.error }];
}
