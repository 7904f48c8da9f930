import type { Call } from '../../src/kernel/call.ts';
import { CallError } from '../../src/kernel/errors.ts';
import { canonicalJson } from '../../src/kernel/json.ts';
import type { WritePort } from '../../src/kernel/ports.ts';
import type { SimPort } from '../support/sim-port.ts';

/** How mean an account is. Shares are of its calls; each from 0 to 1. */
export interface Meanness {
  readonly throttled: number;
  /** Writes that get no answer: before they take effect, after, or while they take effect a little later. */
  readonly lostBefore: number;
  readonly lostAfter: number;
  readonly lostAndLate: number;
  /** Reads that show an older state, at most so old. */
  readonly stale: number;
  readonly consistencyMs: number;
  /** How much later a call that got no answer may still take effect. */
  readonly latenessMs: number;
  /** Calls that take long, and how long at most. */
  readonly slow: number;
  readonly slowestMs: number;
}

/** A world meaner than AWS around a simulated region. */
export function meanPort(sim: SimPort, meanness: Meanness, random: () => number): WritePort {
  const { clock } = sim;
  const past = new Map<string, { readonly call: Call; readonly seen: { atMs: number; answer: unknown }[] }>();
  const is = (share: number) => random() < share;

  const look = (call: Call): unknown =>
    structuredClone(sim.world.call(call.service, call.operation, JSON.parse(JSON.stringify(call.input)), CALLER));

  /** What a read shows at this moment is kept, for reads that are to be old. */
  const remember = (call: Call) => {
    const key = canonicalJson([call.service, call.operation, call.input]);
    const known = past.get(key) ?? { call, seen: [] };
    past.set(key, known);
    try {
      known.seen.push({ atMs: clock.nowMs(), answer: look(call) });
    } catch {
      // A read that fails just now has no answer that could be shown later.
    }
    return known.seen;
  };
  const rememberAll = () => {
    for (const { call } of past.values()) remember(call);
  };

  const delay = async (signal: AbortSignal) => {
    if (is(meanness.slow)) await clock.sleep(random() * meanness.slowestMs, signal);
    if (is(meanness.throttled)) throw new CallError('RequestLimitExceeded', 'slow down', { retryable: true });
  };
  const lost = () => new CallError('TIMEOUT', 'no answer', { retryable: true, ambiguous: true });

  return {
    clock,
    account: { ...sim.account, consistencyMs: meanness.consistencyMs, latenessMs: meanness.latenessMs },
    read: async (call, signal) => {
      await delay(signal);
      const answer = await sim.read(call, signal);
      if (!AWS.has(call.service) || meanness.consistencyMs === 0) return answer;
      const oldest = clock.nowMs() - meanness.consistencyMs;
      const older = remember(call).filter(({ atMs }) => atMs >= oldest);
      const chosen = is(meanness.stale) ? older[Math.floor(random() * older.length)] : undefined;
      return chosen ? (structuredClone(chosen.answer) as typeof answer) : answer;
    },
    write: async (call, signal) => {
      // A program is started by the very process that asks for it, at once.
      if (call.service === 'command') return sim.write(call, signal);
      await delay(signal);
      rememberAll();
      if (is(meanness.lostBefore)) throw lost();
      if (is(meanness.lostAndLate)) {
        clock.at(clock.nowMs() + random() * meanness.latenessMs, () => {
          rememberAll();
          sim.write(call, NEVER).catch(() => {});
        });
        throw lost();
      }
      const answer = await sim.write(call, signal);
      if (is(meanness.lostAfter)) throw lost();
      return answer;
    },
    http: (request, signal) => sim.http(request, signal),
    dns: (query, signal) => sim.dns(query, signal),
    tcp: (attempt, signal) => sim.tcp(attempt, signal),
    exec: (command, signal) => sim.exec(command, signal),
  };
}

const AWS = new Set(['auto-scaling', 'ec2', 'elastic-load-balancing-v2', 'route-53', 'sts']);
const CALLER = { accessKeyId: 'SIM', requestId: 'r' };
const NEVER = new AbortController().signal;
