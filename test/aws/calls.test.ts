import { expect, test } from 'vitest';
import { aws, OPERATIONS } from '../../src/aws/calls.ts';

test('what only looks is a read, and everything else a write', () => {
  for (const [service, operations] of Object.entries(OPERATIONS)) {
    for (const [operation, kind] of Object.entries(operations)) {
      expect(kind, `${service}:${operation}`).toBe(/^(Describe|List|Get|Simulate)/.test(operation) ? 'read' : 'write');
    }
  }
});

test('every operation has its command in the client that is loaded for it', async () => {
  const modules = {
    'auto-scaling': (await import('../../src/host/sdk/auto-scaling.ts')).sdk,
    cloudwatch: (await import('../../src/host/sdk/cloudwatch.ts')).sdk,
    ec2: (await import('../../src/host/sdk/ec2.ts')).sdk,
    'elastic-load-balancing-v2': (await import('../../src/host/sdk/elastic-load-balancing-v2.ts')).sdk,
    iam: (await import('../../src/host/sdk/iam.ts')).sdk,
    'route-53': (await import('../../src/host/sdk/route-53.ts')).sdk,
    ssm: (await import('../../src/host/sdk/ssm.ts')).sdk,
    sts: (await import('../../src/host/sdk/sts.ts')).sdk,
  };
  for (const [service, operations] of Object.entries(OPERATIONS)) {
    expect(Object.keys(modules[service as keyof typeof modules].commands)).toEqual(Object.keys(operations));
  }
});

test('a call is plain data; codes that mean success are named only where there are any', () => {
  const plain = aws('ec2', 'DescribeInstances', { InstanceIds: ['i-1'] });
  expect(plain).toEqual({ service: 'ec2', operation: 'DescribeInstances', input: { InstanceIds: ['i-1'] } });
  expect(aws('ec2', 'TerminateInstances', { InstanceIds: ['i-1'] }, ['Gone']).already).toEqual(['Gone']);
});
