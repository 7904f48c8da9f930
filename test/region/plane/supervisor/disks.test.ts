import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { disksIn } from '../../../../src/region/plane/supervisor/disks.ts';

test('what an instance keeps is there at its next start, and gone once it is removed', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'chaos-disks-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const disks = disksIn(folder);
  const [one, two] = [await disks.of('i-1'), await disks.of('i-2')];
  writeFileSync(path.join(one, 'kept'), 'x');
  expect(two).not.toBe(one);
  expect(readFileSync(path.join(await disks.of('i-1'), 'kept'), 'utf8')).toBe('x');
  await disks.remove('i-1');
  await disks.remove('i-1');
  expect([existsSync(one), existsSync(two)]).toEqual([false, true]);
});
