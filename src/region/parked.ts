import type { Waiting } from './services/waiting.ts';

interface Place {
  readonly waiting: Waiting;
  /** Told whether its caller is still to be answered. */
  readonly leave: (isThere: boolean) => void;
}

/** The calls that wait for something to happen, in the order in which they came. */
export class Parked {
  readonly #places = new Set<Place>();

  /** Resolves when the call is worth making again; with false when nobody is there any more who would get its answer. */
  wait(waiting: Waiting, gone: AbortSignal | undefined): Promise<boolean> {
    if (gone?.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const place: Place = {
        waiting,
        leave: (isThere) => {
          this.#places.delete(place);
          clearTimeout(timer);
          gone?.removeEventListener('abort', hangUp);
          resolve(isThere);
        },
      };
      const hangUp = () => place.leave(false);
      const timer = setTimeout(() => place.leave(true), Math.max(0, waiting.forMs));
      gone?.addEventListener('abort', hangUp, { once: true });
      this.#places.add(place);
    });
  }

  /** Lets those go on for whom something has changed. */
  wake(): void {
    for (const place of [...this.#places]) if (place.waiting.hasChanged()) place.leave(true);
  }

  /** Nobody is answered any more. */
  end(): void {
    for (const place of [...this.#places]) place.leave(false);
  }
}
