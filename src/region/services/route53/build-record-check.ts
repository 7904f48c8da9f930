import type { BlueprintRecord } from '../../../kernel/blueprint.ts';
import type { HealthCheck, RecordRouting, RegionState } from '../state.ts';
import { checked } from './health-check-config.ts';
import { newHealthCheckId } from './health-checks.ts';

/** Adds the health check of a record, of its load balancer or else of `address`, and says by which id the record knows it. */
export function buildRecordCheck(
  state: RegionState,
  { name, healthCheck, instances }: BlueprintRecord,
  { address, random }: { address: string | undefined; random: () => number },
): Pick<RecordRouting, 'healthCheckId'> {
  if (!healthCheck) return {};
  const balancer = state.loadBalancers.find((one) => one.name === healthCheck.loadBalancer);
  const ownPort = balancer?.listenPort ?? state.groups[instances ?? '']?.launch.port ?? DEFAULT_PORT;
  const { port = ownPort, path, interval, threshold } = healthCheck;
  const id = newHealthCheckId(random);
  const check: HealthCheck = {
    id,
    callerReference: `blueprint ${id}`,
    version: 1,
    config: checked({
      type: path === undefined ? 'TCP' : 'HTTP',
      port,
      interval,
      threshold,
      measureLatency: false,
      inverted: false,
      disabled: false,
      ...(path !== undefined && { path }),
      ...(balancer ? { host: balancer.dnsName } : address !== undefined && { address }),
    }),
    tags: { Name: name },
  };
  state.healthChecks = [...state.healthChecks, check];
  return { healthCheckId: id };
}

/** Of addresses that stand in the blueprint themselves. */
const DEFAULT_PORT = 80;
