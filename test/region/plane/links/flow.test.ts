import type { Socket } from 'node:net';
import { Readable, Writable } from 'node:stream';
import { expect, test } from 'vitest';
import type { Effect } from '../../../../src/region/plane/links/effect.ts';
import { Flow } from '../../../../src/region/plane/links/flow.ts';

const CHUNK = Buffer.alloc(64 << 10);
const OFFERED_BYTES = 16 << 20;
const OPEN: Effect = { mode: 'open', latencyMs: 0, jitterMs: 0, closed: false };

/** Sends more through a flow than it may hold. @returns how much it took in, once it takes no more. */
async function takenIn(effect: Effect, receiver: Writable): Promise<number> {
  let taken = 0;
  const sender = new Readable({
    highWaterMark: CHUNK.length,
    read() {
      this.push(taken < OFFERED_BYTES ? CHUNK : null);
      taken += CHUNK.length;
    },
  });
  const [from, to] = [sender as unknown as Socket, receiver as unknown as Socket];
  const flow = new Flow({ from, to, effect: () => effect, random: () => 0.5 });
  for (let before = -1; before !== taken; ) {
    before = taken;
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
  flow.stop();
  sender.destroy();
  return taken;
}

const reads = () => new Writable({ write: (_chunk, _encoding, done) => done() });
/** One that takes the first bytes and never asks for more. */
const hangs = () => new Writable({ write: () => {} });

test('a link that is open passes on whatever is sent, of any length', async () => {
  expect(await takenIn(OPEN, reads())).toBeGreaterThanOrEqual(OFFERED_BYTES);
});

test.each([
  ['frozen', { ...OPEN, mode: 'freeze' }, reads],
  ['slow', { ...OPEN, latencyMs: 60_000 }, reads],
  ['open, to a receiver that reads nothing', OPEN, hangs],
  ['slow, to a receiver that reads nothing', { ...OPEN, latencyMs: 1 }, hangs],
] as const)('a link that is %s holds a megabyte at most, and stops reading', async (_how, effect, receiver) => {
  expect(await takenIn(effect, receiver())).toBeLessThanOrEqual((1 << 20) + 4 * CHUNK.length);
});
