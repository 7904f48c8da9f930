import { sealWith } from '../../src/host/key.ts';

/** The seal of every run of a simulated machine: its key is a constant. */
export const simulatedSeal = sealWith('51'.repeat(32));
