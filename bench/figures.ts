/** One printed line: a figure beside its yardstick from the same run, and the goal that it is held against. */
export interface Figure {
  readonly name: string;
  readonly value: string;
  readonly yardstick: string;
  readonly goal: string;
  readonly met: boolean;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export const ms = (value: number): string => `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;

/** Figures decide nothing: a goal that was missed is printed, and the exit code stays 0. */
export function print(figures: readonly Figure[]): void {
  for (const { name, value, yardstick, goal, met } of figures) {
    process.stdout.write(
      `${name.padEnd(44)} ${value.padEnd(34)} ${yardstick.padEnd(34)} goal ${goal}: ${met ? 'met' : 'MISSED'}\n`,
    );
  }
}
