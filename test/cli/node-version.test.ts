import { expect, test } from 'vitest';
import { olderNode } from '../../src/cli/node-version.ts';

test.each(['20.19.0', '20.19.1', '20.20.0', '21.0.0', '24.1.0', '100.0.0'])('node %s is new enough', (running) => {
  expect(olderNode(running, '>=20.19.0')).toBeUndefined();
});

test.each(['20.18.9', '20.9.0', '18.20.30', '9.99.99'])('node %s is said to be too old', (running) => {
  expect(olderNode(running, '>=20.19.0')).toBe(
    `Node version must be >=20.19.0 to use this CLI. Current node version: ${running}`,
  );
});
