/** Lets so many pieces of work run at a time; the others wait in line. */
export interface Slots {
  /** Runs the work when a slot is free, and frees it when the work is done or has had it for long enough. */
  run(work: () => Promise<unknown>): void;
}

/** @param mostMs how long one piece of work may keep the others waiting. */
export function createSlots(count: number, mostMs: number): Slots {
  const waiting: (() => Promise<unknown>)[] = [];
  let free = count;
  const next = () => {
    const work = free > 0 ? waiting.shift() : undefined;
    if (!work) return;
    free--;
    let released = false;
    const release = () => {
      if (released) return;
      released = true;
      clearTimeout(timer);
      free++;
      next();
    };
    const timer = setTimeout(release, mostMs);
    void work().finally(release);
    next();
  };
  return {
    run(work) {
      waiting.push(work);
      next();
    },
  };
}
