import { CallError } from '../../src/kernel/errors.ts';
import type { WritePort } from '../../src/kernel/ports.ts';
import type { LampWorld } from './lamps.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** A port to an account that can die: then nothing there answers any more, and programs still run. */
export function mortalAccount({ world, clock }: { readonly world: LampWorld; readonly clock: VirtualClock }): {
  port: WritePort;
  die: () => void;
} {
  const port = world.port(clock);
  let dead = false;
  const alive = async () => {
    if (dead) throw new CallError('ECONNREFUSED', 'connect ECONNREFUSED', { retryable: true });
  };
  return {
    port: {
      ...port,
      account: { ...port.account, exists: async () => !dead },
      read: async (call, signal) => {
        await alive();
        return port.read(call, signal);
      },
      write: async (call, signal) => {
        if (call.service !== 'command') await alive();
        return port.write(call, signal);
      },
    },
    die: () => {
      dead = true;
    },
  };
}
