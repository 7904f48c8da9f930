import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeHome, runCli } from '../support/run-cli.ts';
import { PYTHON_ENVIRONMENT } from './python.ts';

const exec = promisify(execFile);
/** The aws command lines to try, as absolute paths: those of CHAOS_AWS, or Debian's. */
const COMMANDS = (process.env.CHAOS_AWS ?? '/usr/bin/aws').split(':');

const { home, remove } = makeHome();
let environment: Record<string, string>;
/** What "chaos region env" prints. */
let exports: string;
let dns: { address: string; port: number };

beforeAll(async () => {
  // With no region up, this one command is all that a person says.
  const printed = await runCli(['region', 'env'], { home });
  if (printed.code !== 0) throw new Error(printed.stdout + printed.stderr);
  exports = printed.stdout;
  environment = { ...PYTHON_ENVIRONMENT, AWS_PAGER: '', HOME: home };
  const again = await runCli(['region', 'env'], { home });
  expect(again).toEqual({ ...printed, stderr: '' });
  const status = await runCli(['region', 'status', '--json'], { home });
  ({ dns } = JSON.parse(status.stdout) as { dns: typeof dns });
}, 60_000);
afterAll(async () => {
  await runCli(['region', 'down'], { home });
  remove();
});

describe.each(COMMANDS)('with %s', (command) => {
  /** As in a shell that has evaluated what "region env" prints. */
  const aws = async (...args: string[]): Promise<string> => {
    const PATH = `${path.dirname(command)}:${environment.PATH}`;
    const shell = ['-c', `${exports}\n"$@"`, 'sh', 'aws', ...args];
    const { stdout } = await exec('sh', shell, { env: { ...environment, PATH }, timeout: 60_000 });
    return stdout.trim();
  };
  const refusal = (...args: string[]): Promise<string> =>
    aws(...args).then(
      (text) => `no refusal: ${text}`,
      (error: { stderr: string }) => error.stderr,
    );
  const query = (text: string) => ['--query', text, '--output', 'text'];

  test('a person finds zones, instances and himself', async () => {
    expect(await aws('sts', 'get-caller-identity', ...query('Account'))).toMatch(/^\d{12}$/);
    expect(
      (await aws('ec2', 'describe-availability-zones', ...query('AvailabilityZones[].ZoneId'))).split('\t'),
    ).toEqual(['use1-az1', 'use1-az2', 'use1-az3']);
    const web = ['--filters', 'Name=tag:tier,Values=web', 'Name=instance-state-name,Values=running'];
    const found = await aws('ec2', 'describe-instances', ...web, ...query('Reservations[].Instances[].InstanceId'));
    expect(found.split(/\s+/)).toHaveLength(6);
    const paged = await aws(
      'ec2',
      'describe-instances',
      '--page-size',
      '5',
      ...query('length(Reservations[].Instances[])'),
    );
    expect(
      paged.split(/\s+/).reduce((sum, count) => sum + Number(count), 0),
      'page by page',
    ).toBe(15);
  });

  test('runs a command in an instance and waits for it', async () => {
    const one = ['--filters', 'Name=tag:Name,Values=web-b1'];
    const id = await aws('ec2', 'describe-instances', ...one, ...query('Reservations[0].Instances[0].InstanceId'));
    const lines = ['--document-name', 'AWS-RunShellScript', '--parameters', 'commands=["echo $INSTANCE_NAME"]'];
    const command = await aws('ssm', 'send-command', '--instance-ids', id, ...lines, ...query('Command.CommandId'));
    const sent = ['--command-id', command, '--instance-id', id];
    await aws('ssm', 'wait', 'command-executed', ...sent);
    const shown = query('[Status,StandardOutputContent]');
    expect((await aws('ssm', 'get-command-invocation', ...sent, ...shown)).split(/\s+/)).toEqual(['Success', 'web-b1']);
    await aws('ssm', 'put-parameter', '--name', '/cli/mode', '--type', 'String', '--value', 'one', '--overwrite');
    expect(await aws('ssm', 'get-parameter', '--name', '/cli/mode', ...query('Parameter.Value'))).toBe('one');
    expect(await refusal('ssm', 'get-parameter', '--name', '/cli/none')).toContain('(ParameterNotFound)');
  });

  test('stops an instance and starts it again, waiting for each, and the load balancer notices', async () => {
    const one = ['--filters', 'Name=tag:Name,Values=web-a1'];
    const id = await aws('ec2', 'describe-instances', ...one, ...query('Reservations[0].Instances[0].InstanceId'));
    const group = await aws('elbv2', 'describe-target-groups', ...query('TargetGroups[0].TargetGroupArn'));
    const health = () =>
      aws(
        'elbv2',
        'describe-target-health',
        ...['--target-group-arn', group, '--targets', `Id=${id}`],
        ...query('TargetHealthDescriptions[0].TargetHealth.State'),
      );
    await aws('ec2', 'stop-instances', '--instance-ids', id);
    await aws('ec2', 'wait', 'instance-stopped', '--instance-ids', id);
    expect(await health()).toMatch(/unhealthy|unused/);
    await aws('ec2', 'start-instances', '--instance-ids', id);
    await aws('ec2', 'wait', 'instance-running', '--instance-ids', id);
    await aws('elbv2', 'wait', 'target-in-service', '--target-group-arn', group, '--targets', `Id=${id}`);
    expect(await health()).toBe('healthy');
  });

  test('changes a record, waits for it, and dig sees it at the name server', async () => {
    const zone = await aws('route53', 'list-hosted-zones', ...query('HostedZones[0].Id'));
    const change = (Action: string) =>
      aws(
        'route53',
        'change-resource-record-sets',
        ...['--hosted-zone-id', zone, '--change-batch'],
        JSON.stringify({ Changes: [{ Action, ResourceRecordSet: RECORD }] }),
        ...query('ChangeInfo.Id'),
      );
    const done = async (id: string) =>
      expect
        .poll(() => aws('route53', 'get-change', '--id', id, ...query('ChangeInfo.Status')), { timeout: 20_000 })
        .toBe('INSYNC');
    await done(await change('CREATE'));
    expect(await dig('new.shop.example', 'TXT')).toContain('"hello" "world"');
    expect(await refusal(...CREATE_AGAIN(zone))).toMatch(/InvalidChangeBatch.*already exists/s);
    await done(await change('DELETE'));
    expect(await dig('new.shop.example', 'TXT')).toContain('status: NXDOMAIN');
  });

  test('is refused as AWS refuses it', async () => {
    expect(await refusal('ec2', 'describe-instances', '--instance-ids', 'i-00000000000000000')).toContain(
      'InvalidInstanceID.NotFound',
    );
    expect(await refusal('ec2', 'stop-instances', '--instance-ids', 'nonsense')).toContain(
      'InvalidInstanceID.Malformed',
    );
    expect(await refusal('route53', 'get-hosted-zone', '--id', 'Z00000000000000000')).toContain('NoSuchHostedZone');
    expect(await refusal('lambda', 'list-functions')).toMatch(/ListFunctions/);
  });
});

const RECORD = {
  Name: 'new.shop.example',
  Type: 'TXT',
  TTL: 1,
  ResourceRecords: [{ Value: '"hello" "world"' }],
};

const CREATE_AGAIN = (zone: string) => [
  ...['route53', 'change-resource-record-sets', '--hosted-zone-id', zone, '--change-batch'],
  JSON.stringify({ Changes: [{ Action: 'CREATE', ResourceRecordSet: RECORD }] }),
];

async function dig(...args: string[]): Promise<string> {
  const server = [`@${dns.address}`, '-p', String(dns.port), '+tries=2', '+time=5'];
  return (await exec('dig', [...server, ...args], { timeout: 30_000 })).stdout;
}

test.each([
  ['over UDP', []],
  ['over TCP', ['+tcp']],
  ['without EDNS', ['+noedns']],
  ['with a cookie of another client', ['+cookie=0102030405060708']],
])('dig is answered %s, for what is there, what is not, and what is no type', async (_how, flags) => {
  expect(await dig('shop.example', 'A', ...flags)).toMatch(/status: NOERROR.*shop\.example\.\s+\d+\s+IN\s+A\s+\d/s);
  expect(await dig('nothing.shop.example', 'A', ...flags)).toMatch(/status: NXDOMAIN.*AUTHORITY SECTION.*SOA/s);
  expect(await dig('shop.example', 'MX', ...flags)).toMatch(/status: NOERROR.*ANSWER: 0.*SOA/s);
});
