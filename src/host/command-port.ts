import type { Call } from '../kernel/call.ts';
import { CallError } from '../kernel/errors.ts';
import type { WritePort } from '../kernel/ports.ts';
import { realClock } from './clock.ts';
import { runCommand } from './command.ts';

/** A port without an account: it runs programs of the author's, and throws a `CallError` for everything else. */
export function openCommandPort(): WritePort {
  const refuse = async (): Promise<never> => {
    throw new CallError('AccountGone', 'the account is gone');
  };
  return {
    clock: realClock,
    account: {
      kind: 'host',
      name: '',
      instance: '',
      region: '',
      consistencyMs: 0,
      latenessMs: 1_000,
      attestation: 'control plane',
      nameServers: [],
    },
    read: refuse,
    write: async <O>(call: Call<O>, signal: AbortSignal): Promise<O> =>
      call.service === 'command' ? ((await runCommand(call, {}, signal)) as O) : refuse(),
    http: refuse,
    dns: refuse,
    tcp: refuse,
    exec: refuse,
  };
}
