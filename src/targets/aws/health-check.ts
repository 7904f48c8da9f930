import type { HealthCheck as Shown } from '@aws-sdk/client-route-53';
import { aws } from '../../aws/calls.ts';
import { canonicalName } from '../../aws/names.ts';
import { defineTarget } from '../../kernel/define.ts';
import { CallError } from '../../kernel/errors.ts';
import type { ReadPort } from '../../kernel/ports.ts';
import { text } from '../../kernel/schema.ts';

export type HealthCheck = {
  readonly id: string;
  /** The name or address that it checks; its id when it checks other things. */
  readonly place: string;
};

/** Pages of health checks read at most. */
const PAGES_MAX = 50;

/** Health checks of Route 53. Every given condition must be met. */
export const healthCheck = defineTarget({
  kind: 'aws/route53-health-check',
  summary: 'Health checks of Route 53, by name, id and what they check; every given condition must be met.',
  select: {
    name: text({ doc: 'Its tag "Name"; a blueprint gives it the name of its record.' }).optional(),
    id: text({ doc: 'Id of the health check.' }).optional(),
    place: text({ doc: 'The domain name or the address that it checks.' }).optional(),
  },

  async find({ name, id, place }, host, signal) {
    const found = (await allHealthChecks(host, signal)).map(factsOf);
    const wanted = place === undefined ? undefined : canonicalName(place);
    const left = found.filter(
      (one) => one.id === (id ?? one.id) && canonicalName(one.place) === (wanted ?? canonicalName(one.place)),
    );
    if (name === undefined) return left;
    const names = await namesOf(left, host, signal);
    return left.filter((one) => names.get(one.id) === name);
  },
  name: ({ id, place }) => (place === id ? id : `${id} (${place})`),
  resource: ({ id }) => [`health check ${id}`],
});

const factsOf = ({
  Id = '',
  HealthCheckConfig: { FullyQualifiedDomainName, IPAddress } = { Type: 'HTTP' },
}: Shown) => ({
  id: Id,
  place: FullyQualifiedDomainName ?? IPAddress ?? Id,
});

async function allHealthChecks(host: ReadPort, signal: AbortSignal): Promise<readonly Shown[]> {
  const found: Shown[] = [];
  let marker: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const input = { MaxItems: 100, ...(marker !== undefined && { Marker: marker }) };
    const answer = await host.read(aws('route-53', 'ListHealthChecks', input), signal);
    found.push(...(answer.HealthChecks ?? []));
    if (!answer.IsTruncated || !answer.NextMarker) return found.sort((a, b) => ((a.Id ?? '') < (b.Id ?? '') ? -1 : 1));
    marker = answer.NextMarker;
  }
  throw new CallError('TooManyPages', `the account has more than ${PAGES_MAX * 100} health checks`);
}

/** So many ids may stand in one call. */
const IDS_MAX = 10;

/** The tag "Name" of each that has one. */
async function namesOf(checks: readonly HealthCheck[], host: ReadPort, signal: AbortSignal) {
  const names = new Map<string, string>();
  for (let from = 0; from < checks.length; from += IDS_MAX) {
    const ResourceIds = checks.slice(from, from + IDS_MAX).map(({ id }) => id);
    const call = aws('route-53', 'ListTagsForResources', { ResourceType: 'healthcheck', ResourceIds });
    for (const { ResourceId = '', Tags = [] } of (await host.read(call, signal)).ResourceTagSets ?? []) {
      const name = Tags.find(({ Key }) => Key === 'Name')?.Value;
      if (name !== undefined) names.set(ResourceId, name);
    }
  }
  return names;
}

/** What says whether a check passes, and at which version it is; undefined when it is no more. Throws a `CallError`. */
export async function readHealthCheck(id: string, host: ReadPort, signal: AbortSignal) {
  try {
    const { HealthCheck: check } = await host.read(aws('route-53', 'GetHealthCheck', { HealthCheckId: id }), signal);
    const { Inverted = false, Disabled = false } = check?.HealthCheckConfig ?? {};
    return { version: check?.HealthCheckVersion ?? 1, Inverted, Disabled };
  } catch (error) {
    if (error instanceof CallError && error.code === 'NoSuchHealthCheck') return undefined;
    throw error;
  }
}

/** Whether most checkers find the place well, before anything is inverted; undefined when none has looked. */
export async function isSeenWell(id: string, host: ReadPort, signal: AbortSignal): Promise<boolean | undefined> {
  const call = aws('route-53', 'GetHealthCheckStatus', { HealthCheckId: id });
  const { HealthCheckObservations: seen = [] } = await host.read(call, signal);
  const well = seen.filter(({ StatusReport }) => StatusReport?.Status?.startsWith('Success'));
  return seen.length === 0 ? undefined : well.length * 2 > seen.length;
}
