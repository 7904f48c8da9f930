import { expect, test } from 'vitest';
import { faultStep, lampExperiment, scene } from '../support/run-lamps.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const BEAT_MS = 250;

/** A clock of a process that is stopped once: a beat that begins from then on wakes so much later. */
class StoppedOnce extends VirtualClock {
  wokeAtMs: number | undefined;
  readonly #fromMs: number;
  readonly #forMs: number;

  constructor(fromMs: number, forMs: number) {
    super();
    this.#fromMs = fromMs;
    this.#forMs = forMs;
  }

  override async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const stops = ms === BEAT_MS && this.wokeAtMs === undefined && this.nowMs() >= this.#fromMs;
    if (!stops) return super.sleep(ms, signal);
    this.wokeAtMs = this.nowMs() + ms + this.#forMs;
    return super.sleep(ms + this.#forMs, signal);
  }
}

test.each([0, 1])(
  'a run that was stopped asks at its next beat whether it was taken over (%i beats on)',
  async (on) => {
    const clock = new StoppedOnce(1_000 + on * BEAT_MS, 1_250);
    const askedAtMs: number[] = [];
    const tookOver = async () => {
      askedAtMs.push(clock.nowMs());
      return false;
    };
    const watchdog = { start: async () => {}, beat: () => {}, tookOver, dismiss: async () => {} };
    await scene({ clock, watchdog }).run(lampExperiment({ method: [faultStep({ forMs: 500 })] }));
    expect(askedAtMs).toContain(clock.wokeAtMs);
  },
);

test('a run that was taken over between two steps looks at no target of the next', async () => {
  const at = scene();
  let isOver = false;
  let looks = 0;
  const listen: typeof at.context.listen = (event) => {
    if (isOver || event.type !== 'entry' || event.entry.type !== 'reverted') return;
    isOver = true;
    // Nobody restores here: there is nothing to wait for.
    at.clock.at(at.clock.nowMs() + 2_000, () => at.leave.abort('SIGINT'));
  };
  Object.assign(at.context, { listen, watchdog: { ...at.context.watchdog, tookOver: async () => isOver } });
  at.world.onRead = ({ operation }) => {
    if (isOver && operation === 'DescribeLamps') looks++;
  };
  const next = faultStep({ name: 'next', select: { zone: 'b' } });
  await at.run(lampExperiment({ method: [faultStep({ forMs: 500 }), next] }));
  expect(at.world.sent.map(({ input }) => input.name)).toEqual(['a1', 'a1']);
  expect(looks).toBe(0);
});

test('the silence that the watchdog has to bear is what the faults in place still last, and five seconds', async () => {
  const at = scene();
  await at.run(lampExperiment({ method: [faultStep({ forMs: 8_000 })] }));
  expect(Math.min(...at.beats), 'with nothing in place').toBe(5_000);
  const landsWithinMs = 5_000;
  expect(Math.max(...at.beats)).toBe(8_000 + landsWithinMs + 5_000);
});
