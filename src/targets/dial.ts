import type { Attestation } from '../kernel/define.ts';
import { facility } from '../kernel/facility.ts';
import type { ReadPort } from '../kernel/ports.ts';

/** A port of an instance that answered when it was last asked: what an attestation dials. */
export type Dialable = {
  readonly instanceId: string;
  readonly name: string;
  readonly address: string;
  readonly port: number;
};

/** Sent to make a server of nearly any protocol answer something: a connection alone proves nothing, see `dialAll`. */
const GREETING = 'GET / HTTP/1.0\r\n\r\n';
const DIAL_MS = 1_000;
const AT_ONCE = 100;

/** Those of the instances that answer at the data plane now. Empty where there is no data plane to ask. */
export async function answering(
  instanceIds: readonly string[],
  host: ReadPort,
  signal: AbortSignal,
): Promise<readonly Dialable[]> {
  if (host.account.kind !== 'embedded' || instanceIds.length === 0) return [];
  const { processes } = await host.read(facility('DescribeProcesses', {}), signal);
  const ready = processes
    .filter(({ instanceId, state }) => state === 'ready' && instanceIds.includes(instanceId))
    .map(({ instanceId, name, address, port }): Dialable => ({ instanceId, name, address, port }))
    .sort((a, b) => (a.instanceId < b.instanceId ? -1 : 1));
  const { answered } = await dialAll(ready, host, signal);
  return answered;
}

/**
 * Dials each over a connection of its own and waits for a byte. The byte is the proof: a stopped process, or a dark
 * zone behind a relay, still completes the handshake. Where all are silent, the data plane itself must answer: it could be
 * what is silent, and that would prove nothing. @throws CallError when it does not
 */
export async function dialAll(
  these: readonly Dialable[],
  host: ReadPort,
  signal: AbortSignal,
): Promise<{ readonly answered: readonly Dialable[]; readonly silent: readonly Dialable[] }> {
  const answered: Dialable[] = [];
  const silent: Dialable[] = [];
  for (let from = 0; from < these.length; from += AT_ONCE) {
    const batch = these.slice(from, from + AT_ONCE);
    const answers = await Promise.all(
      batch.map(({ address, port }) =>
        host.tcp({ host: address, port, send: GREETING, expectBytes: true, timeoutMs: DIAL_MS }, signal),
      ),
    );
    for (const [index, one] of batch.entries()) ((answers[index]?.bytes ?? 0) > 0 ? answered : silent).push(one);
  }
  if (answered.length === 0 && silent.length > 0) await hearDataPlane(host, signal);
  return { answered, silent };
}

/** A question that only the data plane answers. */
async function hearDataPlane(host: ReadPort, signal: AbortSignal): Promise<void> {
  if (host.account.kind === 'embedded') await host.read(facility('DescribeRoute', { address: '', port: 0 }), signal);
}

/** Dials one and says what was seen; `bites` when it is silent. */
export async function attestSilence(one: Dialable, host: ReadPort, signal: AbortSignal): Promise<Attestation> {
  const { silent } = await dialAll([one], host, signal);
  const bites = silent.length > 0;
  const place = `${one.name} at ${one.address}:${one.port}`;
  const evidence = bites ? `${place} did not answer within ${DIAL_MS}ms` : `${place} answered`;
  return { bites, level: 'data plane', evidence };
}

/** The first names of a list, and how many more there are. */
export function namesOf(these: readonly Dialable[]): string {
  const shown = these.slice(0, 4).map(({ name }) => name);
  return shown.join(', ') + (these.length > shown.length ? ` and ${these.length - shown.length} more` : '');
}
