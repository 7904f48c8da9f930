import * as fs from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { takeLock } from '../../src/host/lock.ts';
import { temporaryFolder } from './support.ts';

vi.mock('node:fs/promises', async (original) => {
  const actual = await original<typeof fs>();
  return { ...actual, link: vi.fn(actual.link) };
});

afterEach(() => vi.restoreAllMocks());

test('a taker that was asleep while others took and gave back does not have the lock beside its holder', async () => {
  const lock = path.join(await temporaryFolder(), 'lock');
  const { link } = await vi.importActual<typeof fs>('node:fs/promises');
  let wake: () => void = () => undefined;
  const asleep = new Promise<void>((started) => {
    vi.mocked(fs.link).mockImplementationOnce(async (from, to) => {
      started();
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      await link(from, to);
    });
  });
  const slow = takeLock(lock);
  await asleep;
  const first = await takeLock(lock);
  await first?.release();
  const second = await takeLock(lock);
  expect(second).toBeDefined();
  wake();
  expect(await slow).toBeUndefined();
  await second?.release();
  expect(await takeLock(lock)).toBeDefined();
});
