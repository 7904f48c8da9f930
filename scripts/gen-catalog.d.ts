/** The text of src/catalog/index.ts, as the files under src/faults and src/probes ask for it. */
export function catalogText(): string;
