import { expect, test } from 'vitest';
import { derivedFiles } from '../../scripts/gen.js';
import { read } from '../support/sources.ts';

test('everything that derives from the code is what the code says today', async () => {
  const files = await derivedFiles();
  expect(Object.keys(files).length).toBeGreaterThan(4);
  for (const [file, text] of Object.entries(files)) {
    expect(read(file) === text, `${file} is out of date: run "npm run gen"`).toBe(true);
  }
}, 60_000);
