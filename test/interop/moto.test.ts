import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import { ListResourceRecordSetsCommand, Route53Client } from '@aws-sdk/client-route-53';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { strike } from '../e2e/strike.ts';
import { makeHome, runCli, startCli } from '../support/run-cli.ts';
import { PYTHON_ENVIRONMENT, pythonWith } from './python.ts';

// A foreign endpoint on which nothing here has any influence: Moto's server, with what boto3 put there.
const SERVER = `
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address='127.0.0.1', port=0, verbose=False)
server.start()
import boto3
host, port = server.get_host_and_port()
def client(name):
    return boto3.client(name, endpoint_url=f'http://{host}:{port}', region_name='us-east-1',
                        aws_access_key_id='test', aws_secret_access_key='test')
ec2, dns, asg, elb = client('ec2'), client('route53'), client('autoscaling'), client('elbv2')
client('iam').create_role(RoleName='shop', Path='/shop/', Tags=[{'Key': 'app', 'Value': 'shop'}],
    AssumeRolePolicyDocument='{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}')
image = ec2.describe_images()['Images'][0]['ImageId']
api = ec2.run_instances(ImageId=image, MinCount=2, MaxCount=2)
ec2.run_instances(ImageId=image, MinCount=3, MaxCount=3, TagSpecifications=[
    {'ResourceType': 'instance', 'Tags': [{'Key': 'group', 'Value': 'web'}]}])
zone = dns.create_hosted_zone(Name='shop.example', CallerReference='x')['HostedZone']['Id']
dns.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={'Changes': [{'Action': 'CREATE', 'ResourceRecordSet': {
    'Name': 'www.shop.example', 'Type': 'A', 'TTL': 60, 'ResourceRecords': [{'Value': '10.0.0.1'}]}}]})
asg.create_launch_configuration(LaunchConfigurationName='web', ImageId=image, InstanceType='t3.micro')
asg.create_auto_scaling_group(AutoScalingGroupName='web', LaunchConfigurationName='web', MinSize=1, MaxSize=1,
                              AvailabilityZones=['us-east-1a'],
                              Tags=[{'Key': 'app', 'Value': 'shop', 'PropagateAtLaunch': False}])
subnets = ec2.describe_subnets()['Subnets'][:2]
elb.create_load_balancer(Name='shop', Subnets=[one['SubnetId'] for one in subnets], Type='network')
group = elb.create_target_group(Name='shop', Protocol='TCP', Port=80, VpcId=subnets[0]['VpcId'])['TargetGroups'][0]
elb.register_targets(TargetGroupArn=group['TargetGroupArn'],
                     Targets=[{'Id': one['InstanceId'], 'Port': 80} for one in api['Instances']])
print(f'http://{host}:{port} {zone}', flush=True)
sys.stdin.read()
`;

const EXPERIMENT = `
version: 1
title: A shop on an endpoint that somebody else wrote
account: emulator
steadyStateHypothesis:
  title: Programs can be run
  baseline: 1s
  recoverWithin: 10s
  probes:
    - name: nothing fails
      probe: command
      with: { command: ['true'], rate: 5/s }
      tolerance: { success: { atLeast: 20% } }
blastRadius: { targets: 5 }
method:
  - parallel:
      - name: a server stops
        fault: aws.ec2.stop-instances
        select: { tag: { group: web }, count: 1 }
        for: 3s
      - name: the shop loses its name
        fault: aws.route53.remove-record
        select: { name: www.shop.example, type: A }
        for: 3s
      - name: a target is taken out
        fault: aws.elbv2.deregister-targets
        select: { targetGroup: shop, count: 1 }
        for: 3s
      - name: nothing is replaced
        fault: aws.asg.suspend
        select: { name: web }
        for: 3s
      - name: the shop may not send
        fault: aws.iam.deny
        select: { path: /shop/, tag: { app: shop } }
        with: { actions: ['sqs:SendMessage'] }
        for: 3s
`;

let endpoint: string;
let zone: string;
let stop: () => Promise<void>;
const { home, remove } = makeHome();
const config = () => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

// There is no Moto but that of PyPI, which not everybody reaches.
describe.skipIf(process.env.CHAOS_WITHOUT_MOTO === '1')('on Moto', () => {
  beforeAll(async () => {
    const child = spawn(pythonWith('moto', 'flask'), ['-c', SERVER], {
      env: { ...PYTHON_ENVIRONMENT },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const ended = once(child, 'exit');
    stop = async () => {
      child.stdin.end();
      await ended;
    };
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    [endpoint = '', zone = ''] = line.split(' ');
    writeFileSync(
      path.join(home, 'chaos.config.yaml'),
      `accounts:\n  emulator: { kind: endpoint, endpoint: ${endpoint} }\n`,
    );
    writeFileSync(path.join(home, 'experiment.yaml'), EXPERIMENT);
  });
  afterAll(async () => {
    await stop();
    remove();
  });

  /** What the SDK's own clients see at the endpoint. */
  async function look() {
    const [ec2, dns] = [new EC2Client(config()), new Route53Client(config())];
    const [asg, elb] = [new AutoScalingClient(config()), new ElasticLoadBalancingV2Client(config())];
    const denied = await new IAMClient(config()).send(new ListRolePoliciesCommand({ RoleName: 'shop' }));
    const instances = await ec2.send(
      new DescribeInstancesCommand({ Filters: [{ Name: 'tag:group', Values: ['web'] }] }),
    );
    const records = await dns.send(new ListResourceRecordSetsCommand({ HostedZoneId: zone }));
    const groups = await asg.send(new DescribeAutoScalingGroupsCommand({}));
    const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({ Names: ['shop'] }));
    const TargetGroupArn = TargetGroups[0]?.TargetGroupArn;
    const { TargetHealthDescriptions: targets = [] } = await elb.send(
      new DescribeTargetHealthCommand({ TargetGroupArn }),
    );
    return {
      stopped: (instances.Reservations ?? [])
        .flatMap(({ Instances = [] }) => Instances)
        .filter(({ State }) => State?.Name === 'stopped').length,
      hasName: (records.ResourceRecordSets ?? []).some(({ Name }) => Name === 'www.shop.example.'),
      targets: targets.filter(({ TargetHealth }) => TargetHealth?.State !== 'draining').length,
      suspended: groups.AutoScalingGroups?.[0]?.SuspendedProcesses?.length ?? 0,
      denials: denied.PolicyNames?.length ?? 0,
    };
  }

  const WELL = { stopped: 0, hasName: true, targets: 2, suspended: 0, denials: 0 };
  const options = () => ({ home, cwd: home, env: { XDG_STATE_HOME: home } });

  /** Waits, by looking, until the five faults are there. */
  async function untilHarmed(isOver: () => boolean) {
    for (;;) {
      const seen = await look();
      if (seen.stopped === 1 && !seen.hasName && seen.targets === 1 && seen.suspended > 0 && seen.denials === 1)
        return seen;
      if (isOver()) throw new Error(`the run ended, and this was seen last: ${JSON.stringify(seen)}`);
    }
  }

  test('a plan of an endpoint reads only, and names its targets', async () => {
    const { code, stdout, stderr } = await runCli(['plan', 'experiment.yaml'], options());
    expect(code, stdout + stderr).toBe(0);
    expect(stdout).toMatch(/account emulator \(endpoint\)/);
    for (const call of [
      'StopInstances',
      'ChangeResourceRecordSets',
      'DeregisterTargets',
      'SuspendProcesses',
      'PutRolePolicy',
    ])
      expect(stdout).toContain(call);
    expect(await look()).toEqual(WELL);
  });

  test('faults are seen there by others, and everything is as before afterwards', async () => {
    const run = startCli(['run', 'experiment.yaml', '--yes'], options());
    await untilHarmed(() => run.child.exitCode !== null);
    const { code, stdout, stderr } = await run.finished;
    expect(code, stdout + stderr).toBe(0);
    expect(stdout.match(/seen to bite .*\(control plane\)/g)).toHaveLength(5);
    expect(await look()).toEqual(WELL);
  });

  /** A run whose tool and watchdog are killed while the five faults are there; `meanwhile` is done before. @returns its id. */
  async function die(meanwhile: () => Promise<void> = async () => {}): Promise<string> {
    const run = startCli(['run', 'experiment.yaml', '--yes'], options());
    onTestFinished(() => strike(run.pid));
    await untilHarmed(() => run.child.exitCode !== null);
    const id = readdirSync(path.join(home, 'runs')).sort().at(-1) ?? '';
    const log = readFileSync(path.join(home, 'runs', id, 'watchdog.log'), 'utf8');
    await meanwhile();
    strike(Number(/watching, process (\d+)/.exec(log)?.[1]));
    strike(run.pid);
    await run.finished;
    expect(await look()).not.toEqual(WELL);
    return id;
  }

  /** Asks for a run. @returns its exit code, and what it said in one line. */
  async function tryRun() {
    const { code, stdout, stderr } = await runCli(['run', 'experiment.yaml', '--yes'], options());
    return { code, said: `${stdout} ${stderr}`.replaceAll(/\s+/g, ' ') };
  }

  test('a run whose tool and watchdog are killed keeps others out until another process has recovered it; once more is nothing', async () => {
    const id = await die(async () => {
      expect(await tryRun()).toEqual({ code: 8, said: expect.stringContaining('holds the account') });
    });
    expect(await tryRun()).toEqual({ code: 8, said: expect.stringContaining(`chaos recover ${id}`) });
    const recovered = await runCli(['recover', id], options());
    expect(recovered.code, recovered.stdout + recovered.stderr).toBe(0);
    expect(await look()).toEqual(WELL);
    expect((await runCli(['recover', id], options())).stdout).toContain('nothing was left to restore');
    expect((await tryRun()).code).toBe(0);
  });

  test('the record of a run that nobody can prove to be his own is not played', async () => {
    const id = await die();
    const { home: other, remove: forget } = makeHome();
    onTestFinished(forget);
    const stranger = await runCli(['recover', id], { ...options(), env: { XDG_STATE_HOME: other } });
    expect([stranger.code, stranger.stderr]).toEqual([7, expect.stringContaining('SAFETY_SEAL')]);
    expect(await look()).not.toEqual(WELL);
    expect((await runCli(['recover', id], options())).code).toBe(0);
    expect(await look()).toEqual(WELL);
  });
});
