import type { Door } from '../../../src/region/contract.ts';
import { createWorld } from '../../../src/region/create-world.ts';
import { createDoor } from '../../../src/region/wire/door.ts';
import type { World } from '../../../src/region/world.ts';
import { seededRandom } from '../../region/small-region.ts';
import { blueprintFor } from './blueprint.ts';
import type { Ground } from './call.ts';
import { type Endpoint, endpointAt } from './endpoint.ts';

/** The region, at its own door, with a data plane that is there in name alone and a clock that the test holds. */
export interface OurRegion extends Endpoint {
  /** Begins again with what the calls of a service need. */
  readonly reset: (ground: Ground) => void;
  /** Lets everything come about that was asked for: processes, health, loops, records. */
  readonly settle: () => void;
}

const CREDENTIALS = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' };
/** Looks of an Auto Scaling group until nothing is left to do, with a launch and a termination one after the other. */
const ROUNDS = 8;
const ROUND_MS = 2_000;

export async function openRegion(): Promise<OurRegion> {
  let nowMs = 0;
  let world: World = newWorld('names', () => nowMs);
  const door: Door = await createDoor({
    region: 'us-east-1',
    credentials: CREDENTIALS,
    call: (service, operation, input, caller) => world.call(service, operation, input, caller),
    knows: world.knows,
    facility: async () => ({}),
  });
  const endpoint = await endpointAt(door.endpoint, CREDENTIALS);
  const settle = () => {
    for (let round = 0; round < ROUNDS; round++) {
      observeAll(world);
      nowMs += ROUND_MS;
      world.advance();
    }
  };
  return {
    ...endpoint,
    reset: (ground) => {
      nowMs = Date.UTC(2026, 0, 1);
      world = newWorld(ground, () => nowMs);
      settle();
    },
    settle,
    close: () => {
      endpoint.close();
      void door.close();
    },
  };
}

const newWorld = (ground: Ground, wallMs: () => number): World =>
  createWorld({
    blueprint: blueprintFor(ground),
    name: 'differential',
    wallMs,
    random: seededRandom(1),
    accountId: '123456789012',
    instance: 'boot-1',
  });

/** What a data plane would say in which all goes well. */
function observeAll(world: World): void {
  const { instances, loadBalancers } = world.desired();
  for (const { instanceId, generation, run } of instances)
    world.observe({ type: 'process', instanceId, generation, state: run === 'running' ? 'ready' : 'none' });
  for (const { name, targets } of loadBalancers) {
    for (const { instanceId, draining } of targets)
      if (!draining)
        world.observe({ type: 'target-health', loadBalancer: name, instanceId, state: 'healthy', reason: '' });
  }
}
