import type { Desired, Observed } from './contract.ts';
import { NO_NETWORK } from './network.ts';
import type { StartFailure } from './plane/supervisor/unit.ts';

/** How long, after every instance is ready, a load balancer may take to find its targets healthy. */
const HEALTHY_WITHIN_MS = 10_000;

const NOTHING: Desired = {
  instances: [],
  zones: [],
  loadBalancers: [],
  hostedZones: [],
  network: NO_NETWORK,
  toxics: [],
};

/**
 * Watches a region come up: it is ready when every instance has been ready and every load balancer has had a look at
 * each of its targets. An instance that cannot come up ends the wait with what is wrong.
 */
export class Boot {
  readonly #awaitedInstances: Set<string>;
  readonly #awaitedTargets: Set<string>;
  readonly #resolve: (failure: StartFailure | undefined) => void;
  readonly #done: Promise<StartFailure | undefined>;
  #timer: NodeJS.Timeout | undefined;

  /** @param desired what is to come up; nothing, when no instance is started. */
  constructor(desired: Desired = NOTHING) {
    const running = desired.instances.filter(({ run }) => run === 'running');
    this.#awaitedInstances = new Set(running.map(({ instanceId }) => instanceId));
    this.#awaitedTargets = new Set(
      desired.loadBalancers.flatMap(({ name, targets }) =>
        targets
          .filter(({ instanceId, draining }) => !draining && this.#awaitedInstances.has(instanceId))
          .map(({ instanceId }) => `${name} ${instanceId}`),
      ),
    );
    let resolve: (failure: StartFailure | undefined) => void = () => {};
    this.#done = new Promise((fulfil) => {
      resolve = fulfil;
    });
    this.#resolve = resolve;
    this.#settle();
  }

  /** Undefined when the region is ready. */
  outcome(): Promise<StartFailure | undefined> {
    return this.#done;
  }

  observe(fact: Observed): void {
    if (fact.type === 'process' && fact.state === 'ready') this.#awaitedInstances.delete(fact.instanceId);
    if (fact.type === 'target-health' && fact.state === 'healthy') {
      this.#awaitedTargets.delete(`${fact.loadBalancer} ${fact.instanceId}`);
    }
    this.#settle();
  }

  fail(failure: StartFailure): void {
    clearTimeout(this.#timer);
    this.#resolve(failure);
  }

  /** Targets that never become healthy are no reason not to start: an experiment may want to see just that. */
  #settle(): void {
    if (this.#awaitedInstances.size > 0) return;
    if (this.#awaitedTargets.size > 0) {
      this.#timer ??= setTimeout(() => this.#resolve(undefined), HEALTHY_WITHIN_MS);
      return;
    }
    clearTimeout(this.#timer);
    this.#resolve(undefined);
  }
}
