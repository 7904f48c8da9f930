import { defineTarget } from '../kernel/define.ts';
import { facility, type ZoneFacts } from '../kernel/facility.ts';
import type { ReadPort } from '../kernel/ports.ts';
import { text } from '../kernel/schema.ts';

export type Zone = { readonly zoneId: string; readonly zoneName: string };

/** An availability zone of an embedded region, as a physical place. */
export const zone = defineTarget({
  kind: 'zone',
  summary: 'An availability zone, by its id (use1-az1) or its name (us-east-1a).',
  select: { zone: text({ doc: 'Id (use1-az1) or name (us-east-1a) of the zone.' }) },

  async find({ zone: wanted }, host, signal) {
    const zones = await readZones(host, signal);
    return zones
      .filter(({ zoneId, zoneName }) => zoneId === wanted || zoneName === wanted)
      .map(({ zoneId, zoneName }): Zone => ({ zoneId, zoneName }));
  },
  name: ({ zoneId }) => zoneId,
  resource: ({ zoneId }) => [zoneResource(zoneId)],
  zone: ({ zoneId }) => zoneId,
});

/** The outermost resource: whatever stands in a zone is a part of it. */
export const zoneResource = (zoneId: string): string => `zone ${zoneId}`;

/** Every zone of the region with its power and its instances, by id. */
export async function readZones(host: ReadPort, signal: AbortSignal): Promise<readonly ZoneFacts[]> {
  const { zones } = await host.read(facility('DescribeZones', {}), signal);
  return zones.toSorted((a, b) => (a.zoneId < b.zoneId ? -1 : 1));
}
