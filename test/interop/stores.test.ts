import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { Driver } from '../../src/region/driver.ts';
import { createDoor } from '../../src/region/wire/door.ts';
import { smallRegion } from '../region/small-region.ts';
import { PYTHON_ENVIRONMENT, pythonWith } from './python.ts';

const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' };
const PROGRAM = path.join(import.meta.dirname, 'boto3_stores.py');

test('boto3 keeps items, polls a queue, reads secrets and is refused by the right codes', async () => {
  const region = smallRegion();
  const driver = new Driver(region.world);
  const door = await createDoor({
    region: 'us-east-1',
    credentials,
    call: (...call) => driver.call(...call),
    knows: region.world.knows,
    facility: (operation, input, caller) => driver.facility(operation, input, caller),
  });
  try {
    const { accessKeyId, secretAccessKey } = credentials;
    const args = [PROGRAM, door.endpoint, accessKeyId, secretAccessKey];
    const { stdout } = await promisify(execFile)(pythonWith('boto3'), args, { env: PYTHON_ENVIRONMENT });
    expect(JSON.parse(stdout)).toEqual({
      item: true,
      found: [6, 8],
      scanned: 5,
      updated: true,
      count: 31,
      message: ['<ä>', 'x'],
      sums: true,
      left: '0',
      secret: ['second', 'first'],
      refusals: [
        ['ConditionalCheckFailedException', 400],
        ['ValidationException', 400],
        ['AWS.SimpleQueueService.NonExistentQueue', 400],
        ['ResourceNotFoundException', 400],
      ],
    });
  } finally {
    driver.stop();
    await door.close();
  }
});
