import path from 'node:path';
import { defineConfig } from 'vitest/config';

/** Tests against foreign clients, which must be installed: `npm run test:interop`. */
export default defineConfig({
  root: path.resolve(import.meta.dirname, '../..'),
  test: {
    include: ['test/interop/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 300_000,
    hookTimeout: 60_000,
  },
});
