import type { UpdateHealthCheckRequest, UpdateHealthCheckResponse } from '@aws-sdk/client-route-53';
import { Fault } from '../fault.ts';
import type { HealthCheckConfig } from '../state.ts';
import type { Step } from '../step.ts';
import { checked, isEmptyList, notOffered } from './health-check-config.ts';
import { healthCheckView, requireHealthCheck } from './health-checks.ts';

const NOT_OFFERED = [
  'ChildHealthChecks',
  'HealthThreshold',
  'AlarmIdentifier',
  'InsufficientDataHealthStatus',
] as const satisfies readonly (keyof UpdateHealthCheckRequest)[];

/** Changes what is given. With a version, only if that is the present one: a compare-and-swap. */
export const updateHealthCheck: Step<UpdateHealthCheckRequest, UpdateHealthCheckResponse> = (state, input) => {
  const check = requireHealthCheck(state, input.HealthCheckId);
  const { HealthCheckVersion: version } = input;
  if (version !== undefined && version !== check.version) {
    const why = `The health check is at version ${check.version}, not ${version}.`;
    throw new Fault('HealthCheckVersionMismatch', why, 409);
  }
  for (const member of NOT_OFFERED) {
    if (input[member] !== undefined && !isEmptyList(input[member])) throw notOffered(member);
  }
  check.config = checked(changed(without(check.config, input.ResetElements ?? []), input));
  check.version++;
  return { HealthCheck: healthCheckView(check) };
};

function without(config: HealthCheckConfig, elements: readonly string[]): HealthCheckConfig {
  const { host, path, regions, ...rest } = config;
  const kept = (element: string) => !elements.includes(element);
  return {
    ...rest,
    ...(host !== undefined && kept('FullyQualifiedDomainName') && { host }),
    ...(path !== undefined && kept('ResourcePath') && { path }),
    ...(regions && kept('Regions') && { regions }),
  };
}

const changed = (config: HealthCheckConfig, input: UpdateHealthCheckRequest): HealthCheckConfig => ({
  ...config,
  ...(input.IPAddress !== undefined && { address: input.IPAddress }),
  ...(input.Port !== undefined && { port: input.Port }),
  ...(input.ResourcePath !== undefined && { path: input.ResourcePath }),
  ...(input.FullyQualifiedDomainName !== undefined && { host: input.FullyQualifiedDomainName }),
  ...(input.SearchString !== undefined && { search: input.SearchString }),
  ...(input.FailureThreshold !== undefined && { threshold: input.FailureThreshold }),
  ...(input.Inverted !== undefined && { inverted: input.Inverted }),
  ...(input.Disabled !== undefined && { disabled: input.Disabled }),
  ...(input.Regions !== undefined && { regions: input.Regions }),
});
