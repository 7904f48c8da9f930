/** No observation takes longer, whatever its own time-out: everything is bounded. Milliseconds. */
export const OBSERVATION_MAX_MS = 60_000;
