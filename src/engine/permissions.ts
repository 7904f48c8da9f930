import { actionOf } from '../aws/actions.ts';
import type { Experiment } from '../experiment/experiment.ts';
import type { PlannedInjection } from '../journal/entries.ts';
import type { Call } from '../kernel/call.ts';
import type { Catalog, Means } from '../kernel/define.ts';
import type { Json } from '../kernel/json.ts';
import type { Account, ReadPort } from '../kernel/ports.ts';
import { within } from './time.ts';

/** A target as it was captured for the plan. */
export interface Captured {
  readonly means: Means;
  readonly undo: Json;
}

/** The longest that one look takes of which only the questions matter. */
const LOOK_MS = 5_000;

/** `ec2:StopInstances`, `facility:CutPower`: what may be asked of the account, sorted, each once. */
export function permissionsOf(
  injections: readonly PlannedInjection[],
  asked: readonly Call[],
  account?: Account,
): readonly string[] {
  const calls = injections.flatMap(({ calls, restoreCalls }) => [...calls, ...restoreCalls]);
  const lookedUp = calls.flatMap(({ lookUps = [] }) => lookUps.map(({ call }) => call));
  const needed = [...calls, ...lookedUp, ...asked].flatMap(permissionsOfCall);
  return [...new Set([...needed, ...(account?.kind === 'endpoint' ? OF_LEASE : [])])].sort();
}

/** An endpoint's lease lives in its Parameter Store. */
const OF_LEASE = ['ssm:DeleteParameters', 'ssm:GetParametersByPath', 'ssm:PutParameter'];

/** Whoever asks who he is needs no permission; whoever gives tags to what he makes needs one more. */
function permissionsOfCall({ service, operation, input }: Call): readonly string[] {
  const action = actionOf(service, operation);
  if (action === 'sts:GetCallerIdentity') return [];
  return service === 'ec2' && input.TagSpecifications !== undefined ? [action, 'ec2:CreateTags'] : [action];
}

/**
 * Asks what a run asks again and again: how the targets stand, whether their faults bite, what the probes see. Nothing is
 * dialled and no program is run, and the answers do not matter: what is asked is recorded by the port.
 */
export async function askAll(
  captured: readonly Captured[],
  { hypothesis, stopConditions }: Experiment,
  { catalog, host, signal }: { readonly catalog: Catalog; readonly host: ReadPort; readonly signal: AbortSignal },
): Promise<void> {
  const port = withoutDialling(host);
  const look = (ask: (inner: AbortSignal) => Promise<unknown>) =>
    within(host.clock, LOOK_MS, signal, ask).catch(() => signal.throwIfAborted());
  for (const { means, undo } of captured) {
    await look((inner) => means.compare(undo, port, inner));
    await look((inner) => means.attest(undo, port, inner));
  }
  for (const use of [...hypothesis.probes, ...stopConditions]) {
    const probe = await catalog.probes.find(({ id }) => id === use.probe)?.load();
    if (probe) await look((inner) => probe.observe(use.with as never, port, inner));
  }
}

const NOT_ASKED = 'NOT ASKED';
const withoutDialling = (host: ReadPort): ReadPort => ({
  ...host,
  http: async () => ({ headers: {}, body: '', error: NOT_ASKED }),
  dns: async () => ({ code: 'UNREACHABLE', answers: [] }),
  tcp: async () => ({ connected: false, bytes: 0, error: NOT_ASKED }),
  exec: async () => ({ stdout: '', stderr: '', error: NOT_ASKED }),
});

/** A port that remembers which calls were read through it. */
export function recordingPort(port: ReadPort): { host: ReadPort; asked: readonly Call[] } {
  const asked: Call[] = [];
  const host: ReadPort = {
    ...port,
    read: (call, signal) => {
      asked.push(call);
      return port.read(call, signal);
    },
  };
  return { host, asked };
}
