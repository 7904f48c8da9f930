import type { Files, Lock } from '../../src/kernel/ports.ts';

/** Files that live in memory and survive the processes of a simulation, whose locks die with their holders. */
export class MemoryDisk {
  readonly texts = new Map<string, string>();
  readonly modes = new Map<string, number>();
  readonly #locks = new Map<string, { alive: () => boolean }>();
  /** Set to make every write fail, as on a full disk. */
  full = false;

  /** The disk as one process sees it. `alive` tells whether that process still lives. */
  files(alive: () => boolean = () => true): Files {
    const append = (path: string, text: string) => {
      if (this.full) throw new Error('ENOSPC: no space left on device');
      this.texts.set(path, (this.texts.get(path) ?? '') + text);
    };
    return {
      makeFolder: async () => {},
      appendDurably: async (path, text, mode) => {
        append(path, text);
        this.modes.set(path, this.modes.get(path) ?? mode);
      },
      append: async (path, text) => append(path, text),
      replace: async (path, text, mode) => {
        if (this.full) throw new Error('ENOSPC: no space left on device');
        this.texts.set(path, text);
        this.modes.set(path, mode);
      },
      read: async (path) => this.texts.get(path),
      list: async (path) => {
        const inside = [...this.texts.keys()].filter((name) => name.startsWith(`${path}/`));
        return [...new Set(inside.map((name) => name.slice(path.length + 1).split('/')[0] ?? ''))].sort();
      },
      remove: async (path) => {
        this.texts.delete(path);
      },
      lock: async (path) => this.#lock(path, alive),
    };
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
