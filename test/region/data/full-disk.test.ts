import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { readData, writeHeader } from '../../../src/region/data/data-folder.ts';
import { Keeper } from '../../../src/region/data/keeper.ts';
import { Driver } from '../../../src/region/driver.ts';
import { smallRegion } from '../small-region.ts';

const folder = path.join(mkdtempSync(path.join(tmpdir(), 'chaos-full-disk-')), 'data');
afterAll(() => rmSync(path.dirname(folder), { recursive: true, force: true }));
afterEach(() => void vi.restoreAllMocks());

test('while the disk takes nothing, nothing is answered as if it were kept; then all of it is written', async () => {
  const region = smallRegion();
  const driver = new Driver(region.world);
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const keeper = await Keeper.begin(folder, region.world, { n: 0, identity: { accountId: '1', credentials }, port: 1 });
  await writeHeader(folder, { v: 1, name: 'r', instance: 'i', blueprint: {} as never });
  driver.keep(keeper);
  const caller = { accessKeyId: 'a', requestId: 'r' };
  const tag = (Key: string) =>
    driver.call('ec2', 'CreateTags', { Resources: [region.id('web-a1')], Tags: [{ Key, Value: '' }] }, caller);
  const tagsOnDisk = async () => JSON.stringify((await readData(folder))?.state);

  const handle = await open(path.join(folder, 'log.jsonl'), 'r');
  const full = vi
    .spyOn(Object.getPrototypeOf(handle) as typeof handle, 'appendFile')
    .mockRejectedValue(new Error('ENOSPC'));
  await handle.close();
  const refused = { code: 'ServiceUnavailable', status: 503, message: expect.stringContaining('ENOSPC') };
  await expect(tag('first')).rejects.toMatchObject(refused);
  // What whoever restores would see is not on disk either: he must not take it for done.
  await expect(driver.facility('DescribeState', {}, caller)).rejects.toMatchObject(refused);
  expect(await tagsOnDisk()).not.toContain('"first"');

  full.mockRestore();
  await tag('second');
  expect(await tagsOnDisk()).toMatch(/"first".*"second"/);
  driver.stop();
  await keeper.close();
});
