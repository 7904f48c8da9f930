import type { Observed } from '../contract.ts';

type Measured = Extract<Observed, { type: 'measured' }>;

export interface MeterOptions {
  readonly traffic: () => Measured['traffic'];
  readonly cpu: () => Promise<Measured['cpu']>;
  readonly report: (fact: Observed) => void;
}

const SECOND_MS = 1_000;

/** Reports once a second, just after its end, what was measured in it. */
export function startMeter({ traffic, cpu, report }: MeterOptions): { close(): void } {
  let timer: NodeJS.Timeout;
  let closed = false;
  const tick = async () => {
    // A timer may be a little early.
    const atMs = (Math.round(Date.now() / SECOND_MS) - 1) * SECOND_MS;
    const counted = traffic();
    const used = await cpu();
    if (closed) return;
    report({ type: 'measured', atMs, traffic: counted, cpu: used });
    wait();
  };
  const wait = () => {
    const rest = SECOND_MS - (Date.now() % SECOND_MS);
    // What is left of a second that has hardly ended is no second of its own.
    timer = setTimeout(() => void tick(), rest < SECOND_MS / 10 ? rest + SECOND_MS : rest);
  };
  wait();
  return {
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
