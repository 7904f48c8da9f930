/** No observation takes longer, whatever its own time-out: everything is bounded. Milliseconds. */
export const OBSERVATION_MAX_MS = 60_000;
/** The largest seed of a random choice: short enough to be typed again. */
export const SEED_MAX = 999_999_999;
