/** What one node of a load balancer thinks of one target, and how checks change its mind. Pure. */
export interface TargetHealth {
  readonly state: 'initial' | 'healthy' | 'unhealthy';
  /** Why, in the words of the API (`Target.Timeout`); empty for a healthy one. */
  readonly reason: string;
  /** Checks in a row that spoke against the present state. */
  readonly against: number;
}

export interface Thresholds {
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
}

/** The result of one check: nothing when it passed, else why it failed. */
export type CheckFailure = 'Target.Timeout' | 'Target.FailedHealthChecks' | 'Target.ResponseCodeMismatch';

export const UNCHECKED: TargetHealth = { state: 'initial', reason: 'Elb.InitialHealthChecking', against: 0 };

/** A new target is healthy after one good check; later it takes as many in a row as the thresholds say. */
export function afterCheck(health: TargetHealth, failure: CheckFailure | undefined, limits: Thresholds): TargetHealth {
  const against = health.against + 1;
  if (failure === undefined) {
    if (health.state !== 'unhealthy' || against >= limits.healthyThreshold) return HEALTHY;
    return { ...health, against };
  }
  if (health.state === 'unhealthy') return { state: 'unhealthy', reason: failure, against: 0 };
  return against >= limits.unhealthyThreshold
    ? { state: 'unhealthy', reason: failure, against: 0 }
    : { ...health, against };
}

const HEALTHY: TargetHealth = { state: 'healthy', reason: '', against: 0 };

/** What the nodes together report of a target: what most of them think; of a tie, the worse. */
export function reportOf(views: readonly TargetHealth[]): Pick<TargetHealth, 'state' | 'reason'> {
  const healthy = views.filter((view) => view.state === 'healthy').length;
  const unhealthy = views.find((view) => view.state === 'unhealthy');
  if (healthy * 2 > views.length) return { state: 'healthy', reason: '' };
  return unhealthy ?? views.find((view) => view.state === 'initial') ?? UNCHECKED;
}
