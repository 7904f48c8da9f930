import type { Clock, Files, WritePort } from '../../src/kernel/ports.ts';
import type { VirtualClock } from '../support/virtual-clock.ts';

/** How a process of a simulation ends: at which of its effects, and whether that effect still happens. */
export interface Death {
  readonly atEffect: number;
  readonly how: 'before' | 'torn' | 'after';
}

/** When a process is stopped, and for how long. */
export type Stop = { readonly forMs: number } & ({ readonly atMs: number } | { readonly atEffect: number });

/**
 * A process that can die at any of its effects, calls to the account and writes to disk, and can be stopped and woken.
 * Once it is dead, nothing that it awaits ever comes back.
 */
export class Mortal {
  alive = true;
  effects = 0;
  readonly died: Promise<'died'>;
  #tellDeath: (word: 'died') => void = () => {};
  readonly #clock: VirtualClock;
  readonly #death: Death | undefined;
  #awake: Promise<void> = Promise.resolve();

  readonly #stop: Stop | undefined;

  constructor(clock: VirtualClock, death?: Death, stop?: Stop) {
    this.#stop = stop;
    if (stop && 'atMs' in stop) clock.at(stop.atMs, () => this.#stopFor(stop.forMs));
    this.#clock = clock;
    this.#death = death;
    this.died = new Promise((resolve) => {
      this.#tellDeath = resolve;
    });
  }

  die(): void {
    this.alive = false;
    this.#tellDeath('died');
  }

  /** Stands still, as after SIGSTOP. */
  #stopFor(ms: number): void {
    this.#awake = new Promise((resolve) => this.#clock.at(this.#clock.nowMs() + ms, resolve));
  }

  async effect<T>(work: () => Promise<T>, torn: () => Promise<unknown> = async () => {}): Promise<T> {
    await this.#goOn();
    this.effects++;
    if (this.effects === this.#death?.atEffect) {
      if (this.#death.how === 'after') await work();
      if (this.#death.how === 'torn') await torn();
      this.die();
    }
    if (!this.alive) return NEVER;
    if (this.#stop && 'atEffect' in this.#stop && this.#stop.atEffect === this.effects) this.#stopFor(this.#stop.forMs);
    await this.#goOn();
    const result = await work();
    await this.#goOn();
    return result;
  }

  async #goOn(): Promise<void> {
    await this.#awake;
    if (!this.alive) await NEVER;
  }

  clock(): Clock {
    return {
      wallMs: () => this.#clock.wallMs(),
      nowMs: () => this.#clock.nowMs(),
      sleep: async (ms, signal) => {
        await this.#goOn();
        await this.#clock.sleep(ms, signal);
        await this.#goOn();
      },
    };
  }

  files(files: Files): Files {
    const half = (text: string) => text.slice(0, Math.floor(text.length / 2));
    return {
      ...files,
      appendDurably: (path, text, mode) =>
        this.effect(
          () => files.appendDurably(path, text, mode),
          () => files.appendDurably(path, half(text), mode),
        ),
      append: (path, text) => (this.alive ? files.append(path, text) : NEVER),
      replace: (path, text, mode) => this.effect(() => files.replace(path, text, mode)),
      read: async (path) => {
        await this.#goOn();
        return files.read(path);
      },
    };
  }

  port(port: WritePort): WritePort {
    return {
      clock: this.clock(),
      account: port.account,
      read: (call, signal) => this.effect(() => port.read(call, signal)),
      write: (call, signal) => this.effect(() => port.write(call, signal)),
      http: (request, signal) => port.http(request, signal),
      dns: (query, signal) => port.dns(query, signal),
      tcp: (attempt, signal) => port.tcp(attempt, signal),
      exec: (command, signal) => port.exec(command, signal),
    };
  }
}

const NEVER = new Promise<never>(() => {});
