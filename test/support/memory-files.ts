import type { Clock, Files, Lock } from '../../src/kernel/ports.ts';

/**
 * Files that live in memory and survive the processes of a simulation, whose locks die with their holders. What was not
 * written durably is lost with the machine.
 */
export class MemoryDisk {
  readonly texts = new Map<string, string>();
  /** What a loss of power leaves. */
  readonly durable = new Map<string, string>();
  readonly modes = new Map<string, number>();
  readonly #locks = new Map<string, { alive: () => boolean }>();
  /** Set to make every write fail, as on a full disk. */
  full = false;
  /** How many characters it holds; what would go beyond that fails in the same way. */
  capacity = Number.POSITIVE_INFINITY;
  /** How long a durable write takes, where there is a clock to wait by. */
  syncMs: (path: string) => number = () => 2;

  /** The disk as one process sees it. `alive` tells whether that process still lives; without a clock it is at once. */
  files(alive: () => boolean = () => true, clock?: Pick<Clock, 'sleep'>): Files {
    const append = (path: string, text: string) => {
      this.#claim(text.length);
      this.texts.set(path, (this.texts.get(path) ?? '') + text);
    };
    /** A process that dies meanwhile has written nothing, and hears nothing more. */
    const sync = async (path: string) => {
      if (!clock) return;
      await clock.sleep(this.syncMs(path));
      if (!alive()) await NEVER;
    };
    return {
      makeFolder: async () => {},
      appendDurably: async (path, text, mode) => {
        await sync(path);
        append(path, text);
        this.durable.set(path, this.texts.get(path) ?? '');
        this.modes.set(path, this.modes.get(path) ?? mode);
      },
      append: async (path, text) => append(path, text),
      replace: async (path, text, mode) => {
        await sync(path);
        this.#claim(text.length);
        this.texts.set(path, text);
        this.durable.set(path, text);
        this.modes.set(path, mode);
      },
      reserve: async (path, bytes) => {
        this.#claim(bytes);
        this.texts.set(path, '#'.repeat(bytes));
      },
      shorten: async (path, bytes) => {
        const text = this.texts.get(path) ?? '';
        if (this.texts.has(path)) this.texts.set(path, text.slice(0, Math.max(0, text.length - bytes)));
        return text !== '';
      },
      read: async (path) => this.texts.get(path),
      list: async (path) => {
        const inside = [...this.texts.keys()].filter((name) => name.startsWith(`${path}/`));
        return [...new Set(inside.map((name) => name.slice(path.length + 1).split('/')[0] ?? ''))].sort();
      },
      remove: async (path) => {
        this.texts.delete(path);
        this.durable.delete(path);
      },
      lock: async (path) => this.#lock(path, alive),
      isLocked: async (path) => this.#locks.get(path)?.alive() ?? false,
      reserveLock: async () => {},
    };
  }

  /** Nothing more goes in, but what is taken out again makes room. */
  fill(): void {
    this.capacity = this.#size();
  }

  #claim(length: number): void {
    const isOver = Number.isFinite(this.capacity) && this.#size() + length > this.capacity;
    if (this.full || isOver) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  }

  #size(): number {
    return [...this.texts.values()].reduce((sum, text) => sum + text.length, 0);
  }

  /** The machine loses its power: only what is durable is left. */
  losePower(): void {
    this.texts.clear();
    for (const [path, text] of this.durable) this.texts.set(path, text);
  }

  #lock(path: string, alive: () => boolean): Lock | undefined {
    if (this.#locks.get(path)?.alive()) return undefined;
    const held = { alive };
    this.#locks.set(path, held);
    return {
      release: async () => {
        if (this.#locks.get(path) === held) this.#locks.delete(path);
      },
    };
  }
}

const NEVER = new Promise<never>(() => {});
