import * as ec2 from '@aws-sdk/client-ec2';
import * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2';
import * as route53 from '@aws-sdk/client-route-53';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Door } from '../../../src/region/contract.ts';
import { createDoor } from '../../../src/region/wire/door.ts';
import { type SmallRegion, smallRegion } from '../small-region.ts';

const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' };
let region: SmallRegion;
let door: Door;

beforeAll(async () => {
  region = smallRegion();
  region.settle();
  door = await createDoor({
    region: 'us-east-1',
    credentials,
    call: region.world.call,
    knows: region.world.knows,
    facility: async (operation, input) => region.world.facility(operation, input as never),
  });
});
afterAll(() => door.close());

const config = (more: object = {}) => ({
  region: 'us-east-1',
  endpoint: door.endpoint,
  credentials,
  maxAttempts: 1,
  ...more,
});

describe('unmodified SDK clients', () => {
  test('read instances with filters, in pages, with their times as times', async () => {
    const client = new ec2.EC2Client(config());
    const pages = ec2.paginateDescribeInstances(
      { client, pageSize: 5 },
      { Filters: [{ Name: 'tag:group', Values: ['w*', 'db'] }] },
    );
    const instances: ec2.Instance[] = [];
    for await (const { Reservations } of pages)
      instances.push(...(Reservations ?? []).flatMap((one) => one.Instances ?? []));
    expect(instances).toHaveLength(7);
    expect(instances[0]?.LaunchTime).toEqual(new Date(Date.UTC(2026, 0, 1)));
    expect(instances[0]?.Tags).toContainEqual({ Key: 'Name', Value: 'web-a1' });
  });

  test('stop, wait and start; the waiter sees the intermediate state', async () => {
    const client = new ec2.EC2Client(config());
    const InstanceIds = [region.id('web-c1')];
    const { StoppingInstances } = await client.send(new ec2.StopInstancesCommand({ InstanceIds }));
    expect(StoppingInstances?.[0]?.CurrentState).toEqual({ Code: 64, Name: 'stopping' });
    const stopped = ec2.waitUntilInstanceStopped({ client, maxWaitTime: 10, minDelay: 0.02, maxDelay: 0.05 } as never, {
      InstanceIds,
    });
    await client.send(new ec2.DescribeInstancesCommand({ InstanceIds }));
    region.settle();
    expect((await stopped).state).toBe('SUCCESS');
    await client.send(new ec2.StartInstancesCommand({ InstanceIds }));
    expect(region.state('web-c1')).toBe('pending');
    region.settle();
  });

  test('get errors by the names and classes of the service', async () => {
    const instances = new ec2.EC2Client(config());
    await expect(
      instances.send(new ec2.StopInstancesCommand({ InstanceIds: ['i-0123456789abcdef0'] })),
    ).rejects.toMatchObject({
      name: 'InvalidInstanceID.NotFound',
      message: "The instance ID 'i-0123456789abcdef0' does not exist",
      $metadata: { httpStatusCode: 400, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
    const InstanceIds = [region.id('web-a1')];
    await expect(instances.send(new ec2.StopInstancesCommand({ InstanceIds, DryRun: true }))).rejects.toMatchObject({
      name: 'DryRunOperation',
      $metadata: { httpStatusCode: 412 },
    });
    const balancers = new elbv2.ElasticLoadBalancingV2Client(config());
    await expect(balancers.send(new elbv2.DescribeTargetHealthCommand({ TargetGroupArn: 'arn:x' }))).rejects.toThrow(
      elbv2.TargetGroupNotFoundException,
    );
    const names = new route53.Route53Client(config());
    await expect(names.send(new route53.GetHostedZoneCommand({ Id: 'ZX' }))).rejects.toThrow(route53.NoSuchHostedZone);
  });

  test('get every reason why a change batch is invalid', async () => {
    const client = new route53.Route53Client(config());
    const { HostedZones } = await client.send(new route53.ListHostedZonesCommand({}));
    const record = (Name: string): route53.ResourceRecordSet => ({
      Name,
      Type: 'A',
      TTL: 1,
      ResourceRecords: [{ Value: '192.0.2.1' }],
    });
    const Changes = ['a', 'b'].map(
      (label): route53.Change => ({ Action: 'DELETE', ResourceRecordSet: record(`${label}.shop.example`) }),
    );
    const sent = client.send(
      new route53.ChangeResourceRecordSetsCommand({ HostedZoneId: HostedZones?.[0]?.Id, ChangeBatch: { Changes } }),
    );
    const error = await sent.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(route53.InvalidChangeBatch);
    expect((error as route53.InvalidChangeBatch).messages).toHaveLength(2);
  });

  test('change records and follow the change until it is in sync', async () => {
    const client = new route53.Route53Client(config());
    const { HostedZones } = await client.send(new route53.ListHostedZonesByNameCommand({ DNSName: 'shop.example' }));
    const HostedZoneId = HostedZones?.[0]?.Id;
    const ResourceRecordSet: route53.ResourceRecordSet = {
      Name: 'new.shop.example',
      Type: 'TXT',
      TTL: 5,
      ResourceRecords: [{ Value: '"<a> & b"' }],
    };
    const ChangeBatch: route53.ChangeBatch = { Comment: 'a & b', Changes: [{ Action: 'CREATE', ResourceRecordSet }] };
    const { ChangeInfo } = await client.send(
      new route53.ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch }),
    );
    const status = async () => (await client.send(new route53.GetChangeCommand({ Id: ChangeInfo?.Id }))).ChangeInfo;
    expect(await status()).toMatchObject({ Status: 'PENDING', Comment: 'a & b' });
    region.pass(500);
    expect(await status()).toMatchObject({ Status: 'INSYNC' });
    const from = { StartRecordName: 'new.shop.example', StartRecordType: 'TXT', MaxItems: 1 } as const;
    const page = await client.send(new route53.ListResourceRecordSetsCommand({ HostedZoneId, ...from }));
    expect(page.ResourceRecordSets).toEqual([{ ...ResourceRecordSet, Name: 'new.shop.example.' }]);
  });

  test('learn who they are', async () => {
    const identity = await new STSClient(config()).send(new GetCallerIdentityCommand({}));
    expect(identity).toMatchObject({ Account: '123456789012', UserId: '123456789012' });
  });

  test('are told by name, at once, what the region cannot do', async () => {
    const client = new ec2.EC2Client(config({ maxAttempts: 3 }));
    await expect(client.send(new ec2.DescribeImagesCommand({}))).rejects.toMatchObject({
      name: 'UnsupportedOperation',
      message: expect.stringContaining('ec2:DescribeImages'),
      $metadata: { httpStatusCode: 501, attempts: 1 },
    });
    const names = new route53.Route53Client(config());
    await expect(names.send(new route53.ListTrafficPoliciesCommand({}))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 501 },
    });
  });

  test('are told which parameter is missing', async () => {
    const client = new ec2.EC2Client(config());
    await expect(client.send(new ec2.StopInstancesCommand({} as never))).rejects.toMatchObject({
      name: 'MissingParameter',
      message: expect.stringContaining('InstanceIds'),
    });
  });

  test('are refused with a wrong secret, an unknown key, a clock that is wrong, another region', async () => {
    const refused = (more: object) => new ec2.EC2Client(config(more)).send(new ec2.DescribeVpcsCommand({}));
    await expect(refused({ credentials: { ...credentials, secretAccessKey: 'x' } })).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
      $metadata: { httpStatusCode: 403 },
    });
    await expect(refused({ credentials: { ...credentials, accessKeyId: 'AKIDOTHER' } })).rejects.toMatchObject({
      name: 'AuthFailure',
    });
    await expect(refused({ systemClockOffset: -16 * 60_000 })).rejects.toMatchObject({ name: 'RequestExpired' });
    await expect(refused({ systemClockOffset: 16 * 60_000 })).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    await expect(refused({ region: 'eu-west-1' })).rejects.toThrow(/this one is "us-east-1"/);
  });
});
