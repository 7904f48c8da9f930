import type {
  CreateHealthCheckRequest,
  CreateHealthCheckResponse,
  DeleteHealthCheckRequest,
  DeleteHealthCheckResponse,
  GetHealthCheckCountRequest,
  GetHealthCheckCountResponse,
  GetHealthCheckRequest,
  GetHealthCheckResponse,
  GetHealthCheckStatusRequest,
  GetHealthCheckStatusResponse,
  HealthCheck as HealthCheckView,
  ListHealthChecksRequest,
  ListHealthChecksResponse,
} from '@aws-sdk/client-route-53';
import { Fault } from '../fault.ts';
import type { HealthCheck, RegionState } from '../state.ts';
import { randomDigits, type Step } from '../step.ts';
import { maxItems } from './find-zone.ts';
import { configView, readConfig } from './health-check-config.ts';

export function requireHealthCheck(state: RegionState, id: string | undefined): HealthCheck {
  const check = state.healthChecks.find((one) => one.id === id);
  if (!check) throw new Fault('NoSuchHealthCheck', `A health check with id ${id} does not exist.`, 404);
  return check;
}

/** The same reference with the same settings again is answered with the check that exists. */
export const createHealthCheck: Step<CreateHealthCheckRequest, CreateHealthCheckResponse> = (state, input, ctx) => {
  const { CallerReference: callerReference = '', HealthCheckConfig: asked } = input;
  const config = readConfig(asked ?? { Type: 'HTTP' });
  const before = state.healthChecks.find((one) => one.callerReference === callerReference);
  if (before && JSON.stringify(before.config) !== JSON.stringify(config)) {
    const why = `A health check with the caller reference ${callerReference} exists and has other settings.`;
    throw new Fault('HealthCheckAlreadyExists', why, 409);
  }
  const check: HealthCheck = before ?? {
    id: newHealthCheckId(ctx.random),
    callerReference,
    version: 1,
    config,
    tags: {},
  };
  if (!before) state.healthChecks = [...state.healthChecks, check];
  return {
    HealthCheck: healthCheckView(check),
    Location: `https://route53.amazonaws.com/2013-04-01/healthcheck/${check.id}`,
  };
};

export const getHealthCheck: Step<GetHealthCheckRequest, GetHealthCheckResponse> = (state, input) => ({
  HealthCheck: healthCheckView(requireHealthCheck(state, input.HealthCheckId)),
});

export const getHealthCheckCount: Step<GetHealthCheckCountRequest, GetHealthCheckCountResponse> = (state) => ({
  HealthCheckCount: state.healthChecks.length,
});

export const listHealthChecks: Step<ListHealthChecksRequest, ListHealthChecksResponse> = (state, input) => {
  const most = maxItems(input.MaxItems, 100);
  const from = input.Marker === undefined ? 0 : state.healthChecks.indexOf(requireHealthCheck(state, input.Marker));
  const rest = state.healthChecks.slice(from);
  const next = rest[most];
  return {
    HealthChecks: rest.slice(0, most).map(healthCheckView),
    Marker: input.Marker ?? '',
    IsTruncated: next !== undefined,
    MaxItems: most,
    ...(next && { NextMarker: next.id }),
  };
};

/** Records that name it go on without: it is then taken for healthy. */
export const deleteHealthCheck: Step<DeleteHealthCheckRequest, DeleteHealthCheckResponse> = (state, input) => {
  const check = requireHealthCheck(state, input.HealthCheckId);
  state.healthChecks = state.healthChecks.filter((one) => one !== check);
  return {};
};

/** What the one checker of the region saw last; nothing yet when it has not looked. Not inverted, as the service says. */
export const getHealthCheckStatus: Step<GetHealthCheckStatusRequest, GetHealthCheckStatusResponse> = (state, input) => {
  const { seen } = requireHealthCheck(state, input.HealthCheckId);
  const report = seen && {
    Status: `${seen.passes ? 'Success' : 'Failure'}: ${seen.reason}`,
    CheckedTime: new Date(seen.atMs),
  };
  return {
    HealthCheckObservations: report ? [{ Region: 'us-east-1', IPAddress: CHECKER, StatusReport: report }] : [],
  };
};

/** Where the checker says that it is. */
const CHECKER = '192.0.2.53';

export const healthCheckView = ({ id, callerReference, version, config }: HealthCheck): HealthCheckView => ({
  Id: id,
  CallerReference: callerReference,
  HealthCheckConfig: configView(config),
  HealthCheckVersion: version,
});

export const newHealthCheckId = (random: () => number): string =>
  [8, 4, 4, 4, 12].map((length) => randomDigits(random, length)).join('-');
