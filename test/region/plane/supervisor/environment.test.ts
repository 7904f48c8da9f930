import { expect, test } from 'vitest';
import { environmentOf } from '../../../../src/region/plane/supervisor/environment.ts';

const launch = { command: [], cwd: '/', port: 8080, group: 'web', calls: [], readyWithinMs: 1, restart: true };
const instance = {
  instanceId: 'i-1',
  name: 'web-a1',
  zoneId: 'use1-az1',
  address: '10.0.1.11',
  run: 'running' as const,
  generation: 1,
  force: false,
  launch: { ...launch, env: { CACHE: 'none', PORT: '99', CHAOS_INSTANCE: 'other', REGION: 'mine' } },
};
const region = {
  region: 'us-east-1',
  endpoint: 'http://127.0.0.1:9',
  credentials: { accessKeyId: 'KEY', secretAccessKey: 'SECRET' },
  folder: '/folder',
  resolver: '127.0.0.1:53',
  path: '/bin',
  zoneNames: { 'use1-az1': 'us-east-1a' },
};

test('an instance is told where it is, how to call, and nothing of whoever started it', () => {
  const places = {
    hiddenPort: 12_345,
    disk: '/folder/disks/i-1',
    gateway: '127.0.0.1:8',
    endpoints: { 'my-store': ['127.0.0.1:1', '127.0.0.1:2'] },
  };
  expect(environmentOf(instance, region, places)).toEqual({
    PATH: '/bin',
    HOME: '/folder',
    DATA_DIR: '/folder/disks/i-1',
    CHAOS_INSTANCE: '/folder/disks/i-1',
    PORT: '12345',
    INSTANCE_ID: 'i-1',
    INSTANCE_NAME: 'web-a1',
    ADDRESS: '10.0.1.11',
    ZONE_ID: 'use1-az1',
    AVAILABILITY_ZONE: 'us-east-1a',
    REGION: 'mine',
    CACHE: 'none',
    MY_STORE_ENDPOINTS: '127.0.0.1:1,127.0.0.1:2',
    DNS_SERVER: '127.0.0.1:53',
    HTTP_PROXY: 'http://127.0.0.1:8',
    http_proxy: 'http://127.0.0.1:8',
    NO_PROXY: '127.0.0.1:9',
    no_proxy: '127.0.0.1:9',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
    AWS_ACCESS_KEY_ID: 'KEY',
    AWS_SECRET_ACCESS_KEY: 'SECRET',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  });
});

test('an instance that acts as a role has the credentials of that, and not those of the region', () => {
  const credentials = { accessKeyId: 'ASIAX', secretAccessKey: 'OTHER', sessionToken: 'TOKEN' };
  const places = { hiddenPort: 12_345, disk: '/folder/disks/i-1', gateway: '127.0.0.1:8', endpoints: {} };
  const environment = environmentOf({ ...instance, credentials }, region, places);
  expect(environment).toMatchObject({
    AWS_ACCESS_KEY_ID: 'ASIAX',
    AWS_SECRET_ACCESS_KEY: 'OTHER',
    AWS_SESSION_TOKEN: 'TOKEN',
  });
  expect(JSON.stringify(environment)).not.toContain('SECRET"');
});

test('an instance whose role is gone is told no credentials, least of all those of the region', () => {
  const environment = environmentOf({ ...instance, credentials: 'none' }, region, {
    ...{ hiddenPort: 12_345, disk: '/folder/disks/i-1', gateway: '127.0.0.1:8', endpoints: {} },
  });
  expect(Object.keys(environment).filter((name) => /KEY|TOKEN/.test(name))).toEqual([]);
});
