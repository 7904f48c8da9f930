/** One printed line: a figure beside its yardstick from the same run, and the goal that it is held against. */
export interface Figure {
  readonly name: string;
  readonly value: string;
  readonly yardstick: string;
  readonly goal: string;
  readonly met: boolean;
  /** What it would be compared with is not installed: nothing was measured. */
  readonly isMissing?: boolean;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export const ms = (value: number): string => `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;

/** Stands for a figure that was not measured. */
export const missing = (name: string, what: string, goal: string): Figure => ({
  name,
  value: 'not measured',
  yardstick: `${what} is not installed`,
  goal,
  met: false,
  isMissing: true,
});

/** Figures decide nothing: a goal that was missed is printed, and the exit code stays 0. */
export function print(figures: readonly Figure[]): void {
  for (const { name, value, yardstick, goal, met, isMissing } of figures) {
    const outcome = isMissing ? 'not measured' : met ? 'met' : 'MISSED';
    process.stdout.write(`${name.padEnd(44)} ${value.padEnd(34)} ${yardstick.padEnd(34)} goal ${goal}: ${outcome}\n`);
  }
}
