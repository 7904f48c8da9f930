import { expect, test } from 'vitest';
import { CallError } from '../../src/kernel/errors.ts';
import { lampExperiment, scene } from '../support/run-lamps.ts';

/** A run on an account of that kind which has lost its lease, as one that stood still for long. */
async function deposed(kind: 'embedded' | 'endpoint') {
  const { world, clock, context } = scene();
  const renew = async () => {
    throw new CallError('LeaseHeld', 'run r2 holds the account');
  };
  const port = { ...context.port, account: { ...context.port.account, kind } };
  const at = scene({ world, clock, port, lease: { ...context.lease, renew } });
  return { ...(await at.run(lampExperiment())), sent: world.sent };
}

test('a run that has lost its lease on an endpoint, which has no fence, harms nothing there', async () => {
  const { outcome, entries, sent } = await deposed('endpoint');
  expect([outcome, sent]).toEqual(['unavailable', []]);
  expect(entries.some(({ type }) => type === 'captured')).toBe(false);
  expect(entries.at(-1)).toMatchObject({ type: 'run-ended', targets: 'untouched' });
});

test('where the account itself refuses the deposed, nothing is asked before each target', async () => {
  expect((await deposed('embedded')).sent.length).toBeGreaterThan(0);
});
