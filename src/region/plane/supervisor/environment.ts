import type { DesiredInstance } from '../../contract.ts';

/** What every process of a region is told. */
export interface RegionEnvironment {
  readonly region: string;
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly folder: string;
  /** `HOST:PORT` of the resolver. */
  readonly resolver: string;
  /** The search path for commands. */
  readonly path: string;
  /** The account's names of its zones, by zone id. */
  readonly zoneNames: Readonly<Record<string, string>>;
}

/** What one process is told besides. */
export interface ProcessPlaces {
  readonly hiddenPort: number;
  /** A folder for what it keeps. */
  readonly disk: string;
  readonly gateway: string;
  /** Of each group that it calls: the links to its members, `host:port`. */
  readonly endpoints: Readonly<Record<string, readonly string[]>>;
}

/**
 * The whole environment of an instance: nothing is inherited, above all no credentials of the person who runs it. What
 * the blueprint says comes last and wins, except over `PORT`, which is where its links lead, and over the mark by which what
 * it starts is found again.
 */
export function environmentOf(
  instance: DesiredInstance,
  region: RegionEnvironment,
  places: ProcessPlaces,
): Record<string, string> {
  const endpoints = Object.entries(places.endpoints).map(([group, links]) => [
    `${group.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}_ENDPOINTS`,
    links.join(','),
  ]);
  return {
    PATH: region.path,
    HOME: region.folder,
    DATA_DIR: places.disk,
    INSTANCE_ID: instance.instanceId,
    INSTANCE_NAME: instance.name,
    ADDRESS: instance.address,
    ZONE_ID: instance.zoneId,
    AVAILABILITY_ZONE: region.zoneNames[instance.zoneId] ?? instance.zoneId,
    REGION: region.region,
    DNS_SERVER: region.resolver,
    HTTP_PROXY: `http://${places.gateway}`,
    http_proxy: `http://${places.gateway}`,
    AWS_ENDPOINT_URL: region.endpoint,
    ...keysOf(instance.credentials ?? region.credentials),
    AWS_REGION: region.region,
    AWS_DEFAULT_REGION: region.region,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    NO_PROXY: new URL(region.endpoint).host,
    no_proxy: new URL(region.endpoint).host,
    ...Object.fromEntries(endpoints),
    ...instance.launch.env,
    PORT: String(places.hiddenPort),
    CHAOS_INSTANCE: places.disk,
  };
}

/** A program whose role is gone finds no credentials, as where the metadata service has none to give. */
function keysOf(
  credentials: DesiredInstance['credentials'] | RegionEnvironment['credentials'],
): Record<string, string> {
  if (credentials === undefined || credentials === 'none') return {};
  return {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...('sessionToken' in credentials && { AWS_SESSION_TOKEN: credentials.sessionToken }),
  };
}
