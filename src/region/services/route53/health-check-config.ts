import type { HealthCheckConfig as Asked } from '@aws-sdk/client-route-53';
import { Fault } from '../fault.ts';
import type { HealthCheckConfig } from '../state.ts';
import { isIPv4 } from './addresses.ts';
import { invalidInput } from './find-zone.ts';
import { parseName } from './names.ts';

/** Members that would change what the check means, and that the region does not honour. */
const NOT_OFFERED = [
  'ChildHealthChecks',
  'HealthThreshold',
  'AlarmIdentifier',
  'InsufficientDataHealthStatus',
  'RoutingControlArn',
] as const satisfies readonly (keyof Asked)[];
const DEFAULT_PORT = 80;

/** The configuration of a new health check, with the defaults of the service. Throws as the service refuses. */
export function readConfig(asked: Asked): HealthCheckConfig {
  for (const member of NOT_OFFERED) {
    if (asked[member] !== undefined && !isEmptyList(asked[member])) throw notOffered(member);
  }
  const { Type: type, RequestInterval: interval = 30 } = asked;
  if (type !== 'HTTP' && type !== 'HTTP_STR_MATCH' && type !== 'TCP') throw notOffered(`Type ${type}`);
  if (interval !== 10 && interval !== 30) throw invalidInput('RequestInterval must be 10 or 30.');
  if (type === 'TCP' && asked.Port === undefined) throw invalidInput('A health check of type TCP needs a Port.');
  const config: HealthCheckConfig = {
    type,
    port: asked.Port ?? DEFAULT_PORT,
    interval,
    threshold: asked.FailureThreshold ?? 3,
    measureLatency: asked.MeasureLatency ?? false,
    inverted: asked.Inverted ?? false,
    disabled: asked.Disabled ?? false,
    ...(asked.IPAddress !== undefined && { address: asked.IPAddress }),
    ...(asked.FullyQualifiedDomainName !== undefined && { host: asked.FullyQualifiedDomainName }),
    ...(asked.ResourcePath !== undefined && { path: asked.ResourcePath }),
    ...(asked.SearchString !== undefined && { search: asked.SearchString }),
    ...(asked.Regions !== undefined && { regions: asked.Regions }),
  };
  return checked(config);
}

/** The configuration, if it is one that the service keeps. */
export function checked(config: HealthCheckConfig): HealthCheckConfig {
  const { type, address, host, port, path, search, threshold } = config;
  if (address === undefined && host === undefined) {
    throw invalidInput('A health check needs an IPAddress or a FullyQualifiedDomainName.');
  }
  if (address !== undefined && !isIPv4(address)) throw invalidInput(`Invalid IP address: ${address}`);
  if (host !== undefined && parseName(host) === undefined)
    throw invalidInput(`Invalid fully qualified domain name: ${host}`);
  if (!inRange(port, 1, 65_535)) throw invalidInput('Port must be from 1 to 65535.');
  if (!inRange(threshold, 1, 10)) throw invalidInput('FailureThreshold must be from 1 to 10.');
  if (type === 'TCP' && path !== undefined)
    throw invalidInput('ResourcePath is not valid for a health check of type TCP.');
  if (path !== undefined && (path.length > 255 || /[^\x21-\x7e]/.test(path))) {
    throw invalidInput('ResourcePath has at most 255 printable characters and no blank.');
  }
  if ((type === 'HTTP_STR_MATCH') !== (search !== undefined && search !== '')) {
    throw invalidInput('A SearchString belongs to a health check of type HTTP_STR_MATCH, and to no other.');
  }
  if ((search ?? '').length > 255) throw invalidInput('SearchString has at most 255 characters.');
  return config;
}

/** A configuration as the API shows it. */
export const configView = (config: HealthCheckConfig): Asked => ({
  Type: config.type,
  Port: config.port,
  ...(config.address !== undefined && { IPAddress: config.address }),
  ...(config.host !== undefined && { FullyQualifiedDomainName: config.host }),
  ...(config.path !== undefined && { ResourcePath: config.path }),
  ...(config.search !== undefined && { SearchString: config.search }),
  RequestInterval: config.interval,
  FailureThreshold: config.threshold,
  MeasureLatency: config.measureLatency,
  Inverted: config.inverted,
  Disabled: config.disabled,
  EnableSNI: false,
  ...(config.regions && { Regions: [...config.regions] as NonNullable<Asked['Regions']> }),
});

export const notOffered = (member: string): Fault =>
  new Fault('UnsupportedOperation', `The region does not honour "${member}" of a health check.`, 501);

const inRange = (value: number, least: number, most: number) =>
  Number.isInteger(value) && value >= least && value <= most;

export const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;
