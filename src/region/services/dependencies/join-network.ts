import type { Desired } from '../../contract.ts';
import type { Instance, RegionState } from '../state.ts';
import { schedule } from '../timer.ts';
import { takesTurn } from './renewals.ts';

/** An instance that begins to run cannot be reached before the network knows of it, when it is its turn. */
export function joinNetwork(state: RegionState, instance: Instance, nowMs: number): void {
  const { fleet } = state.dependencies ?? {};
  if (!fleet?.network) return;
  instance.networkMs = takesTurn(fleet, nowMs) + fleet.network.delayMs;
  schedule(state, instance.networkMs, { do: 'reach-instance', instanceId: instance.instanceId });
}

/** The network knows of it from now on, unless it has begun to run once more meanwhile. */
export function reachInstance(instance: Instance, nowMs: number): void {
  if (instance.networkMs !== undefined && instance.networkMs <= nowMs) delete instance.networkMs;
}

/** What the data plane is told: nothing gets to such an instance, and nothing from it. */
export const unreached = ({ instances }: RegionState): Desired['toxics'] =>
  instances.flatMap(({ instanceId, networkMs, state }) => {
    if (networkMs === undefined || state === 'terminated') return [];
    const end = `instance:${instanceId}` as const;
    const toxic = { kind: 'partition' } as const;
    return [
      { name: `network to ${instanceId}`, from: '*' as const, to: end, toxic },
      { name: `network from ${instanceId}`, from: end, to: '*' as const, toxic },
    ];
  });
