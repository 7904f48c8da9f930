import { type FileHandle, open } from 'node:fs/promises';
import type { Json } from '../../kernel/json.ts';
import { changesBetween } from './changes.ts';
import { logFile, type SavedRegion, writeSaved } from './data-folder.ts';
import { lineOf } from './log-lines.ts';

/** A log longer than this, and than several snapshots, is replaced by a snapshot. */
const LOG_BYTES = 1024 * 1024;
const LOG_SNAPSHOTS = 4;

/** The world, as far as it is kept. */
export interface Kept {
  /** Grows with everything that may have changed the state. */
  revision(): number;
  /** The state as it is to be kept: plain JSON, a copy. */
  kept(): Json;
}

/**
 * Keeps the state of a region on disk: `kept` resolves when all that is in it by then is in the log, and the log on the
 * disk (fdatasync); an answer that waits for it has outlived a power cut. Changes of one moment share one line and one
 * sync. What could not be written is written with the next change, and `kept` rejects until then.
 */
export class Keeper {
  readonly #folder: string;
  readonly #world: Kept;
  #saved: SavedRegion;
  #log: FileHandle;
  #logBytes = 0;
  /** Whether something may stand behind the last line that counts. */
  #torn = false;
  #stateBytes: number;
  #revision = -1;
  #running: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  private constructor(folder: string, world: Kept, begun: { saved: SavedRegion; log: FileHandle; stateBytes: number }) {
    this.#folder = folder;
    this.#world = world;
    this.#saved = begun.saved;
    this.#log = begun.log;
    this.#stateBytes = begun.stateBytes;
  }

  /** Begins with a snapshot of the world as it is, and an empty log. */
  static async begin(folder: string, world: Kept, facts: Omit<SavedRegion, 'v' | 'state'>): Promise<Keeper> {
    const saved: SavedRegion = { v: 1, ...facts, state: world.kept() };
    const stateBytes = await writeSaved(folder, saved);
    const log = await open(logFile(folder), 'a', 0o600);
    await log.truncate(0);
    return new Keeper(folder, world, { saved, log, stateBytes });
  }

  kept(): Promise<void> {
    if (this.#next) return this.#next;
    if (this.#world.revision() === this.#revision) return this.#running;
    const next = this.#running
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        return this.#write();
      });
    this.#next = next;
    this.#running = next;
    return next;
  }

  /** Writes what is left to be written, and ends. */
  async close(): Promise<void> {
    await this.kept().catch(() => undefined);
    await this.#log.close();
  }

  async #write(): Promise<void> {
    const revision = this.#world.revision();
    const state = this.#world.kept();
    const changes = changesBetween(this.#saved.state, state);
    if (changes.length > 0) {
      const n = this.#saved.n + 1;
      const line = lineOf({ n, changes });
      const isLong = this.#logBytes + line.length > Math.max(LOG_BYTES, LOG_SNAPSHOTS * this.#stateBytes);
      await (isLong ? this.#compact({ ...this.#saved, n, state }) : this.#append(line, { ...this.#saved, n, state }));
    }
    this.#revision = revision;
  }

  /** What could not be written whole is cut off before the next line, which says all of it again. */
  async #append(line: string, saved: SavedRegion): Promise<void> {
    if (this.#torn) await this.#log.truncate(this.#logBytes);
    this.#torn = true;
    await this.#log.appendFile(line);
    await this.#log.datasync();
    this.#torn = false;
    this.#logBytes += Buffer.byteLength(line);
    this.#saved = saved;
  }

  /** Lines that the snapshot holds already are passed over, should the log not be emptied any more. */
  async #compact(saved: SavedRegion): Promise<void> {
    this.#stateBytes = await writeSaved(this.#folder, saved);
    this.#saved = saved;
    this.#logBytes = 0;
    this.#torn = true;
    await this.#log.truncate(0);
    this.#torn = false;
  }
}
