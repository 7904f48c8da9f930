import type { Observed } from '../../contract.ts';
import type { DesiredHealthCheck } from '../../desired-health-check.ts';
import type { Caller } from '../../world.ts';
import { Fault } from '../fault.ts';
import type { RegionState } from '../state.ts';
import type { Store } from './dependencies-state.ts';
import { storeChanged } from './hosts.ts';

/** How often the data plane looks whether a store is in reach. */
const LOOK_MS = 250;
const PREFIX = 'store ';

/** What the data plane is told: each store is looked for by its name, at the resolver that everything else asks. */
export const desiredStoreChecks = ({ dependencies }: RegionState): readonly DesiredHealthCheck[] =>
  (dependencies?.stores ?? []).map(({ name, dnsName, port }) => ({
    id: `${PREFIX}${name}`,
    type: port === undefined ? 'NAME' : 'TCP',
    host: dnsName,
    port: port ?? 0,
    path: '/',
    intervalMs: LOOK_MS,
    threshold: 1,
    inverted: false,
    disabled: false,
  }));

/** Takes in what was seen of a store. @returns whether the fact is about one. */
export function observeStore(
  state: RegionState,
  { healthCheckId, passes, reason }: Extract<Observed, { type: 'health-check' }>,
  nowMs: number,
): boolean {
  if (!healthCheckId.startsWith(PREFIX)) return false;
  const store = state.dependencies?.stores.find(({ name }) => healthCheckId === `${PREFIX}${name}`);
  if (!store) return true;
  store.reason = passes ? '' : reason;
  if (store.reachable === passes) return true;
  Object.assign(store, { reachable: passes, sinceMs: nowMs });
  storeChanged(state, store, nowMs);
  return true;
}

/** The operations of stores that the region does not answer anyway, in words: they fail whatever is in reach. */
export const idleOperations = (
  stores: readonly Pick<Store, 'name' | 'operations'>[],
  knows: (service: string, operation: string) => boolean,
): string[] =>
  stores.flatMap(({ name, operations }) =>
    operations.flatMap((named) => {
      const [service = '', operation = ''] = named.split(':');
      if (operation === '*' || knows(service, operation)) return [];
      return [`the store "${name}" names "${named}", which the region does not answer: see "chaos region operations"`];
    }),
  );

/** Refuses a call that needs a store which is out of reach. What this program itself asks passes. */
export function requireStores(
  { dependencies }: RegionState,
  service: string,
  operation: string,
  { tenure, isTool }: Caller,
): void {
  if (!dependencies || tenure || isTool) return;
  const named = [`${service}:${operation}`, `${service}:*`];
  const lost = dependencies.stores.find((one) => !one.reachable && one.operations.some((it) => named.includes(it)));
  if (!lost) return;
  throw new Fault('ServiceUnavailable', 'The request has failed due to a temporary failure of the server.', 503);
}
