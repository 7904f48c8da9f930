/** How often a group is looked at. Milliseconds. */
export const LOOK_MS = 1_000;
