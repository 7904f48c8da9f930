import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readBounded } from '../../src/host/bounded-file.ts';
import { temporaryFolder } from './support.ts';

test('a file is read to its end, and one that is too long only one byte beyond the limit', async () => {
  const file = path.join(await temporaryFolder(), 'a.yaml');
  for (const [size, read] of [
    [0, 0],
    [99, 99],
    [100, 100],
    [101, 101],
    [5_000, 101],
  ] as const) {
    await writeFile(file, Buffer.alloc(size, 'a'));
    expect(Buffer.from(await readBounded(file, 100)).toString()).toBe('a'.repeat(read));
  }
});

test('a device, a pipe that nobody writes to and a folder are refused at once, not read', async () => {
  const folder = await temporaryFolder();
  const pipe = path.join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  await expect(readBounded(pipe, 100)).rejects.toMatchObject({ code: 'NOT_A_FILE' });
  await expect(readBounded('/dev/zero', 100)).rejects.toMatchObject({ code: 'NOT_A_FILE' });
  await expect(readBounded(folder, 100)).rejects.toMatchObject({ code: 'EISDIR' });
  await expect(readBounded(path.join(folder, 'none'), 100)).rejects.toMatchObject({ code: 'ENOENT' });
});
