import type { Call } from '../kernel/call.ts';
import type { LeaseFacts, Tenure } from '../kernel/facility.ts';

/** The tenure under which one process writes, from the lease that it took last. */
export interface TenureHolder {
  /** What to send with a write: nothing before the lease was taken. */
  current(): Tenure | undefined;
  /** Takes in what a write was answered with: taking the lease begins a tenure. */
  note(call: Call, answer: unknown): void;
}

export function holdTenure(): TenureHolder {
  let tenure: Tenure | undefined;
  return {
    current: () => tenure,
    note({ service, operation }, answer) {
      if (service !== 'facility' || operation !== 'AcquireLease') return;
      const { runId, token } = (answer as { lease: LeaseFacts }).lease;
      tenure = { runId, token };
    },
  };
}
