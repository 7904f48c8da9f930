import type { Instance, RegionState } from '../state.ts';

/** Ends the return of power in every zone whose instances that are to run are ready again. */
export function settleZones(state: RegionState): void {
  for (const zone of state.zones) {
    if (zone.power !== 'returning') continue;
    const waiting = state.instances.some((instance) => instance.zoneId === zone.zoneId && isAwaited(instance));
    if (!waiting) zone.power = 'on';
  }
}

const isAwaited = ({ state, powered, process: seen }: Instance) =>
  (state === 'running' || state === 'pending') && (!powered || seen.state !== 'ready');
