import type { Observed } from '../contract.ts';
import type { FromPlane, ToPlane } from '../plane-link.ts';
import { type Plane, startPlane } from './plane.ts';

/**
 * The data plane of a region as a program. It is started by the control plane alone and talks to it over the channel of
 * `child_process.fork`. When the channel closes it ends at once, and the reaper ends its instances.
 */
function main(): void {
  const post = (message: FromPlane) => void process.send?.(message, undefined, undefined, () => {});
  let facts: Observed[] = [];
  const tell = () => {
    if (facts.length > 0) post({ type: 'facts', facts });
    facts = [];
  };
  /** The facts of one moment, such as the ends of all processes of a zone, go as one message. */
  const report = (fact: Observed) => {
    if (facts.push(fact) === 1) setImmediate(tell);
  };
  /** Whatever was seen before an answer is told before it. */
  const send = (message: FromPlane) => {
    tell();
    post(message);
  };
  let plane: Promise<Plane> | undefined;
  const handle = async (message: ToPlane): Promise<void> => {
    if (message.type === 'start') {
      plane = startPlane(message.config, {
        report,
        failed: (failure) => send({ type: 'start-failure', failure }),
      });
      await plane;
      return;
    }
    const { id, name, input } = message;
    try {
      if (!plane) throw new Error('the data plane has not been started');
      const output = await (await plane).request(name, input as never);
      send({ type: 'reply', id, output });
    } catch (error) {
      send({ type: 'error', id, message: error instanceof Error ? error.message : String(error) });
    }
  };
  process.on('message', (message: ToPlane) => void handle(message));
  process.on('disconnect', () => process.exit(0));
  // The control plane decides when to end: a signal to the whole process group must not take the plane from under it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
}

main();
