import { aws, awsLater } from '../../../aws/calls.ts';
import type { Call } from '../../../kernel/call.ts';
import { type Attestation, defineFault, defineMeans, type Standing } from '../../../kernel/define.ts';
import { CallError } from '../../../kernel/errors.ts';
import type { ReadPort } from '../../../kernel/ports.ts';
import { type Ec2Instance, ec2Instance } from '../../../targets/aws/ec2-instance.ts';
import { answering, attestSilence, type Dialable } from '../../../targets/dial.ts';

type Undo = {
  readonly instanceId: string;
  readonly name: string;
  readonly vpcId: string;
  /** The groups that the instance was in. */
  readonly groupIds: readonly string[];
  /** Where it answered at the data plane; null when it did not, or when the account has none. */
  readonly answered: Dialable | null;
};

const params = {};

/** An instance keeps running, and nobody gets a new connection to it or from it. */
export const isolateSecurityGroup = defineFault({
  id: 'aws.network.isolate-security-group',
  summary: 'Put instances into an empty security group, and back into their own when the fault ends.',
  details:
    'No new connection reaches the instance, and it opens none. Connections that are open live on, because security ' +
    'groups track them: what keeps connections may not notice for a long time. The empty group is made for each ' +
    'instance, and deleted when the fault ends.',
  params,
  reversal: 'reverts',
  example: `
- name: one web server is isolated
  fault: aws.network.isolate-security-group
  select: { tag: { group: web }, count: 1 }
  for: 30s
`,
  manualRecovery:
    'aws ec2 modify-instance-attribute --instance-id INSTANCE_ID --groups ORIGINAL_GROUP_ID ... ' +
    'and then aws ec2 delete-security-group --group-id EMPTY_GROUP_ID',
  covers: ['firewall rule gone wrong', 'quarantined machine', 'half-open connections'],
  means: {
    api: defineMeans(params)({
      target: ec2Instance,
      fidelity:
        'Tracked connections live on, as AWS documents; those that AWS does not track are cut there and live on here.',
      landsWithinMs: 15_000,
      restoresWithinMs: 60_000,

      capture: (instance, _params, host, signal) => capture(instance, host, signal),
      steps,
      restore,
      compare,
      attest,
    }),
  },
});

async function capture({ instanceId, name }: Ec2Instance, host: ReadPort, signal: AbortSignal): Promise<Undo> {
  const instance = await readInstance(instanceId, host, signal);
  if (instance?.VpcId === undefined) throw new CallError('TARGET_NONE', `instance ${instanceId} is in no VPC`);
  if ((instance.NetworkInterfaces?.length ?? 0) > 1) {
    const what = `instance ${instanceId} has several network interfaces, whose groups AWS lets nobody change together`;
    throw new CallError('TARGET_NONE', what);
  }
  const answered = (await answering([instanceId], host, signal))[0] ?? null;
  return { instanceId, name, vpcId: instance.VpcId, groupIds: groupIdsOf(instance), answered };
}

async function readInstance(instanceId: string, host: ReadPort, signal: AbortSignal) {
  const Filters = [{ Name: 'instance-id', Values: [instanceId] }];
  const { Reservations = [] } = await host.read(aws('ec2', 'DescribeInstances', { Filters }), signal);
  const instance = Reservations.flatMap(({ Instances = [] }) => Instances)[0];
  const gone = instance?.State?.Name === 'terminated' || instance?.State?.Name === 'shutting-down';
  return gone ? undefined : instance;
}

const groupIdsOf = ({ SecurityGroups = [] }: { SecurityGroups?: { GroupId?: string | undefined }[] | undefined }) =>
  SecurityGroups.map(({ GroupId = '' }) => GroupId).sort();

const groupName = ({ instanceId }: Undo): string => `chaos-isolates-${instanceId}`;

/** The group that is made for this very instance. */
const made = (undo: Undo) =>
  aws('ec2', 'DescribeSecurityGroups', {
    Filters: [
      { Name: 'group-name', Values: [groupName(undo)] },
      { Name: 'vpc-id', Values: [undo.vpcId] },
    ],
  });

function steps(_target: Ec2Instance, _params: unknown, undo: Undo): readonly Call[] {
  const { instanceId, vpcId } = undo;
  const id = { call: made(undo), path: ['SecurityGroups', 0, 'GroupId'] };
  const Description = `Lets nothing in and nothing out: isolates ${instanceId}`;
  const IpPermissions = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }];
  return [
    aws('ec2', 'CreateSecurityGroup', { GroupName: groupName(undo), Description, VpcId: vpcId }, [
      'InvalidGroup.Duplicate',
    ]),
    awsLater(
      'ec2',
      'RevokeSecurityGroupEgress',
      { IpPermissions },
      [{ member: 'GroupId', ...id }],
      ['InvalidPermission.NotFound'],
    ),
    awsLater('ec2', 'ModifyInstanceAttribute', { InstanceId: instanceId }, [{ member: 'Groups', asList: true, ...id }]),
  ];
}

function restore(undo: Undo): readonly Call[] {
  const { instanceId, groupIds } = undo;
  const id = { member: 'GroupId', call: made(undo), path: ['SecurityGroups', 0, 'GroupId'], optional: true } as const;
  return [
    aws('ec2', 'ModifyInstanceAttribute', { InstanceId: instanceId, Groups: [...groupIds] }, [
      'InvalidInstanceID.NotFound',
      'IncorrectInstanceState',
    ]),
    awsLater('ec2', 'DeleteSecurityGroup', {}, [id], ['InvalidGroup.NotFound']),
  ];
}

async function compare(undo: Undo, host: ReadPort, signal: AbortSignal): Promise<Standing> {
  const instance = await readInstance(undo.instanceId, host, signal);
  const { SecurityGroups = [] } = await host.read(made(undo), signal);
  const empty = SecurityGroups[0]?.GroupId;
  if (!instance) return { is: empty === undefined ? 'vanished' : 'harmed' };
  const present = groupIdsOf(instance);
  const isOwn = present.join() === [...undo.groupIds].sort().join();
  if (isOwn) return { is: empty === undefined ? 'restored' : 'harmed' };
  if (present.length === 1 && present[0] === empty) return { is: 'harmed' };
  return { is: 'changed', how: `${undo.name} is in ${present.join(', ')} now` };
}

/** Every dial is a new connection, which is what the group refuses. */
async function attest(undo: Undo, host: ReadPort, signal: AbortSignal): Promise<Attestation> {
  if (undo.answered) return attestSilence(undo.answered, host, signal);
  const instance = await readInstance(undo.instanceId, host, signal);
  const groups = instance ? groupIdsOf(instance) : [];
  const bites = instance !== undefined && groups.join() !== undo.groupIds.join();
  return { bites, level: 'control plane', evidence: `${undo.name} is in ${groups.join(', ') || 'no security group'}` };
}
