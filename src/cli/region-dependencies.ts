import type { DependencyFacts, LaunchFacts } from '../kernel/facility.ts';
import { renderDuration } from '../kernel/units.ts';

/** What the services of a region need, a row for each store and for the hosts of each zone. */
export const dependencyRows = ({ stores, launches }: DependencyFacts): string[][] => [
  ...stores.map(({ name, dnsName, reachable, reason, forMs }) => [
    name,
    dnsName,
    reachable ? 'in reach' : `out of reach for ${renderDuration(wholeSeconds(forMs))}: ${reason}`,
  ]),
  ...(launches ? launchRows(launches) : []),
];

function launchRows({ zones, needs, queued, throttled, withoutNetwork }: LaunchFacts): string[][] {
  const waiting = [
    ...(queued > 0 ? [`${queued} attempts to establish leases wait`] : []),
    ...(throttled ? ['throttled: launches are refused'] : []),
    ...(withoutNetwork.length > 0 ? [`no network yet: ${withoutNetwork.join(', ')}`] : []),
  ];
  return [
    ...zones.map(({ zoneId, hosts, leased, room }) => [
      zoneId,
      `${leased} of ${hosts} hosts leased in ${needs}`,
      `room for ${room} instances`,
    ]),
    ...waiting.map((text) => ['launches', text]),
  ];
}

const wholeSeconds = (ms: number): number => Math.floor(ms / 1_000) * 1_000;
