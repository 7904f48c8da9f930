/**
 * What a step answers when there is nothing to answer yet and the caller is willing to wait. Whoever
 * made the call makes it again when the time is over or something has changed, with `sinceMs` as the caller's.
 */
export class Waiting {
  /** When the caller asked first. */
  readonly sinceMs: number;
  /** After how long it is worth asking again, whatever happens. */
  readonly forMs: number;
  /** Whether something happened that may make a difference. */
  readonly hasChanged: () => boolean;

  constructor(sinceMs: number, forMs: number, hasChanged: () => boolean) {
    this.sinceMs = sinceMs;
    this.forMs = forMs;
    this.hasChanged = hasChanged;
  }
}
