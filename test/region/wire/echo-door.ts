import type { Door } from '../../../src/region/contract.ts';
import { createDoor } from '../../../src/region/wire/door.ts';

export const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' };

/** A door behind which nothing is but an echo: what came is kept, and what was laid ready is answered. */
export interface EchoDoor extends Door {
  /** What was handed over last. */
  received: { readonly service: string; readonly operation: string; readonly input: unknown } | undefined;
  /** What is given back; a function is called, and may throw a `Fault`. */
  answer: (service: string, operation: string) => unknown;
}

export async function echoDoor(): Promise<EchoDoor> {
  const echo: Pick<EchoDoor, 'received' | 'answer'> = { received: undefined, answer: () => ({}) };
  const call = (service: string, operation: string, input: unknown) => {
    echo.received = { service, operation, input };
    return echo.answer(service, operation);
  };
  const door = await createDoor({
    region: 'us-east-1',
    credentials,
    call,
    knows: () => true,
    facility: async () => ({}),
  });
  return Object.assign(echo, door);
}
