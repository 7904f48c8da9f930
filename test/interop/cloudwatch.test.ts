import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createDoor } from '../../src/region/wire/door.ts';
import { smallRegion } from '../region/small-region.ts';
import { PYTHON_ENVIRONMENT, pythonWith } from './python.ts';

const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' };
const PROGRAM = path.join(import.meta.dirname, 'boto3_cloudwatch.py');

test('boto3 publishes data, reads them, makes an alarm and is refused by the right codes', async () => {
  const region = smallRegion();
  const door = await createDoor({
    region: 'us-east-1',
    credentials,
    call: region.world.call,
    knows: region.world.knows,
    facility: async (operation, input) => region.world.facility(operation, input as never),
  });
  try {
    const now = region.nowMs() / 1_000;
    const { accessKeyId, secretAccessKey } = credentials;
    const args = [PROGRAM, door.endpoint, accessKeyId, secretAccessKey, String(now)];
    const { stdout } = await promisify(execFile)(pythonWith('boto3'), args, { env: PYTHON_ENVIRONMENT });
    const Dimensions = [{ Name: 'Zone', Value: 'a & b' }];
    expect(JSON.parse(stdout)).toEqual({
      points: [[7.5, 5, 'Count', now]],
      values: [[2.5]],
      metrics: [{ Namespace: 'Py', MetricName: 'Orders', Dimensions }],
      alarm: ['ALARM', 0.5, Dimensions, true],
      history: ['StateUpdate', 'ConfigurationUpdate'],
      refusals: [
        ['InvalidParameterValue', 400],
        ['MissingParameter', 400],
        ['InvalidParameterCombination', 400],
        ['ResourceNotFound', 404],
        ['ResourceNotFound', 404],
      ],
    });
  } finally {
    await door.close();
  }
});
