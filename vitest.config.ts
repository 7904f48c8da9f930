import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/** Foreign clients must be installed for those: they have a configuration of their own. */
const FOREIGN = ['**/node_modules/**', 'test/interop/**'];

/** Whole runs in real time, which wait more than they compute. */
const WHOLE = ['test/e2e/**/*.test.ts', 'test/examples/**/*.test.ts'];

/** Those that put another module in the place of one: nobody else may find it there. */
const REPLACING = readdirSync(`${import.meta.dirname}/test`, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => `test/${file}`)
  .filter((file) => /^vi\.mock\(/m.test(readFileSync(`${import.meta.dirname}/${file}`, 'utf8')));

export default defineConfig({
  test: {
    disableConsoleIntercept: true,
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        // One process for many files: half of the time would go into loading the same modules for each of them.
        test: {
          name: 'parts',
          isolate: false,
          include: ['test/**/*.test.ts'],
          exclude: [...FOREIGN, ...WHOLE, ...REPLACING],
        },
      },
      { extends: true, test: { name: 'whole', include: [...WHOLE, ...REPLACING], exclude: FOREIGN } },
    ],
  },
});
