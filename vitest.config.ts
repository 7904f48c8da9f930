import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Foreign clients must be installed for those: they have a configuration of their own.
    exclude: ['**/node_modules/**', 'test/interop/**'],
    disableConsoleIntercept: true,
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
