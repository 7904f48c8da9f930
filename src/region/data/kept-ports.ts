import type { Json } from '../../kernel/json.ts';
import type { WishedPorts } from '../plane-link.ts';
import type { RegionState } from '../services/state.ts';
import type { SavedRegion } from './data-folder.ts';

/** The instance that the data are of. */
export const instanceOf = ({ state }: SavedRegion): string => (state as unknown as RegionState).instance;

/** Where the data plane listened when the state was kept. */
export function keptPorts(kept: Json): WishedPorts {
  const { plane, loadBalancers } = kept as unknown as RegionState;
  const balancers = loadBalancers.flatMap(({ name, url }) =>
    url === undefined ? [] : [[name, Number(new URL(url).port)] as const],
  );
  return {
    ...(plane.resolver && { resolver: plane.resolver.port }),
    nameServers: plane.nameServers.map(({ port }) => port),
    balancers: Object.fromEntries(balancers),
  };
}

/** What listens elsewhere than it did, because its port was taken meanwhile. */
export function movedPorts(saved: SavedRegion, port: number, now: Json): string[] {
  const [before, after] = [keptPorts(saved.state), keptPorts(now)];
  const places: [what: string, was: number | undefined, is: number | undefined][] = [
    ['the endpoint', saved.port, port],
    ['the resolver', before.resolver, after.resolver],
    ...Object.entries(before.balancers).map(([name, was]): [string, number, number | undefined] => [
      `the load balancer "${name}"`,
      was,
      after.balancers[name],
    ]),
  ];
  return places
    .filter(([, was, is]) => was !== undefined && is !== undefined && was !== is)
    .map(([what, was, is]) => `port ${was} was taken meanwhile: ${what} is at port ${is} now`);
}
