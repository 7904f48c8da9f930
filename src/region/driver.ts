import type { FacilityOperation } from '../kernel/facility.ts';
import type { Json } from '../kernel/json.ts';
import type { Desired, Observed, PlaneRequests } from './contract.ts';
import type { Keeper } from './data/keeper.ts';
import { Parked } from './parked.ts';
import type { PlaneProcess } from './plane-process.ts';
import { Fault } from './services/fault.ts';
import { Waiting } from './services/waiting.ts';
import type { Caller, World } from './world.ts';

/** Facility operations that have happened only when the data plane has done them. */
const PHYSICAL: ReadonlySet<FacilityOperation> = new Set([
  'CutPower',
  'RestorePower',
  'SetToxic',
  'RemoveToxic',
  'SetTrouble',
  'RemoveTrouble',
]);
/** A timer of Node waits no longer than this. */
const LONGEST_WAIT_MS = 2_000_000_000;

/**
 * Drives a world in real time: runs its timers when they are due, carries what it desires to the data plane after every
 * change, and what the data plane sees back to it. Without a data plane it is a control plane alone.
 */
export class Driver {
  readonly #world: World;
  #plane: PlaneProcess | undefined;
  #keeper: Keeper | undefined;
  #sent: Desired | undefined;
  #applied: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #scheduled = false;
  readonly #parked = new Parked();

  constructor(world: World) {
    this.#world = world;
  }

  /** Carries the desired state to the data plane from now on; resolves when the first has been applied. */
  async attach(plane: PlaneProcess): Promise<void> {
    this.#plane = plane;
    await this.#apply();
  }

  /** From now on nothing is answered before the state that it tells of is on disk. */
  keep(keeper: Keeper): void {
    this.#keeper = keeper;
  }

  call(service: string, operation: string, input: unknown, caller: Caller): unknown {
    const delayMs = this.#world.meet(service, operation, caller);
    const answer = () => this.#answer(service, operation, input, caller);
    return delayMs > 0 ? pause(delayMs).then(answer) : answer();
  }

  #answer(service: string, operation: string, input: unknown, caller: Caller): unknown {
    try {
      const answer = this.#world.call(service, operation, input, caller);
      if (answer instanceof Waiting) {
        const again = () => this.#answer(service, operation, input, { ...caller, sinceMs: answer.sinceMs });
        return this.#parked.wait(answer, caller.gone).then((isThere) => (isThere ? again() : {}));
      }
      return this.#keeper ? this.#kept().then(() => answer) : answer;
    } finally {
      this.#parked.wake();
      this.#changed();
    }
  }

  async facility(operation: FacilityOperation, input: unknown, caller: Caller): Promise<unknown> {
    if (operation === 'DescribeRoute' || operation === 'SignalProcess') {
      this.#world.admit(operation, caller);
      return this.#ask(operation, input);
    }
    const answer = this.#world.facility(operation, input as never, caller);
    this.#changed();
    await this.#kept();
    if (PHYSICAL.has(operation)) await this.#apply();
    return answer;
  }

  /** Puts the world back; resolves when that is kept, and the data plane follows it and remembers no name of before. */
  async restore(kept: Json, takenMs: number, caller: Caller): Promise<void> {
    this.#world.restore(kept, takenMs, caller);
    this.#changed();
    await this.#kept();
    await this.#apply();
    await this.#plane?.request('forget', {});
  }

  observe(fact: Observed): void {
    this.#world.observe(fact);
    this.#changed();
  }

  /** From now on nothing moves by itself. */
  stop(): void {
    this.#plane = undefined;
    this.#parked.end();
    clearTimeout(this.#timer);
  }

  async #kept(): Promise<void> {
    try {
      await this.#keeper?.kept();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Fault('ServiceUnavailable', `The region cannot write its data, so this may be lost: ${why}.`, 503);
    }
  }

  async #ask(operation: 'DescribeRoute' | 'SignalProcess', input: unknown): Promise<unknown> {
    const plane = this.#plane;
    if (!plane) return operation === 'DescribeRoute' ? {} : refuse('The region runs without its data plane.');
    if (operation === 'DescribeRoute') return plane.request('route', input as PlaneRequests['route'][0]);
    const { refused } = await plane.request('signal', input as PlaneRequests['signal'][0]);
    return refused === undefined ? {} : refuse(refused);
  }

  /** Many changes of one moment, such as the ends of all processes of a zone, are carried over once. */
  #changed(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      void this.#apply().catch(() => {});
    });
  }

  /** Resolves when everything that was desired until now is in force. */
  async #apply(): Promise<void> {
    this.#wait(this.#world.advance());
    void this.#keeper?.kept().catch(() => {});
    const desired = this.#world.desired();
    if (!this.#plane) return;
    if (desired !== this.#sent) {
      this.#sent = desired;
      this.#applied = this.#plane.request('apply', desired);
    }
    await this.#applied;
  }

  #wait(nextMs: number | undefined): void {
    clearTimeout(this.#timer);
    if (nextMs === undefined) return;
    const delayMs = Math.min(Math.max(0, nextMs - Date.now()), LONGEST_WAIT_MS);
    this.#timer = setTimeout(() => this.#changed(), delayMs);
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms).unref());

function refuse(why: string): never {
  throw new Fault('Refused', why, 409);
}
