import type { Traffic } from '../../contract.ts';

/** Counts what passes through one node of a load balancer. Whoever reads the counts takes them. */
export class TrafficCounter {
  #now = nothing();

  /** A request for which there is a target. */
  request(): void {
    this.#now.requests++;
  }

  /** The answer of a target has begun, so long after it was asked. */
  answer(status: number, seconds: number): void {
    const { time } = this.#now;
    if (status >= 500) this.#now.target5xx++;
    time.count++;
    time.sum += seconds;
    time.minimum = Math.min(time.minimum, seconds);
    time.maximum = Math.max(time.maximum, seconds);
  }

  /** An answer of the load balancer's own, in the place of a target. */
  failure(): void {
    this.#now.elb5xx++;
  }

  /** What was counted since it was taken last; undefined for nothing. */
  take(): Traffic | undefined {
    const { requests, elb5xx, target5xx, time } = this.#now;
    if (requests + elb5xx === 0 && time.count === 0) return undefined;
    this.#now = nothing();
    return { requests, elb5xx, target5xx, ...(time.count > 0 && { time }) };
  }
}

const nothing = () => ({
  requests: 0,
  elb5xx: 0,
  target5xx: 0,
  time: { count: 0, sum: 0, minimum: Number.POSITIVE_INFINITY, maximum: 0 },
});
