import { connect } from 'node:net';
import type { TcpAnswer, TcpAttempt } from '../kernel/ports.ts';
import type { Dialer } from './dial.ts';

/** Opens one connection through the account, and waits for a byte when asked to. Never rejects. */
export async function tryTcp(attempt: TcpAttempt, dialer: Dialer, signal: AbortSignal): Promise<TcpAnswer> {
  const until = performance.now() + attempt.timeoutMs;
  const place = await dialer.locate(attempt.host, attempt.port, attempt.timeoutMs, signal);
  if ('error' in place) return { connected: false, bytes: 0, error: place.error };
  const answer = await connectOnce(attempt, place, Math.max(1, until - performance.now()), signal);
  if (answer.error === 'ECONNREFUSED') dialer.forget(place);
  return answer;
}

function connectOnce(
  { send, expectBytes }: TcpAttempt,
  { address, port }: { address: string; port: number },
  timeoutMs: number,
  signal: AbortSignal,
) {
  return new Promise<TcpAnswer>((resolve) => {
    let connected = false;
    const socket = connect({ host: address, port, noDelay: true });
    const done = (bytes: number, error?: string) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      socket.destroy();
      resolve({ connected, bytes, ...(error !== undefined && { error }) });
    };
    const stop = () => done(0, 'TIMEOUT');
    const timer = setTimeout(stop, timeoutMs);
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    socket.on('connect', () => {
      connected = true;
      if (send !== undefined) socket.write(send, () => !expectBytes && done(0));
      else if (!expectBytes) done(0);
    });
    socket.on('data', (chunk) => done(chunk.length));
    socket.on('end', () => done(0, expectBytes ? 'CLOSED' : undefined));
    socket.on('error', (error: NodeJS.ErrnoException) => done(0, error.code ?? 'FAILED'));
  });
}
