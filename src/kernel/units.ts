/** Durations, shares and rates as people write them. Inside the program a duration is a number of milliseconds. */

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
export const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;
export const SHARE = /^(\d+(?:\.\d+)?)%$/;
export const RATE = /^(\d+(?:\.\d+)?)\/(s|m|h)$/;

/** "90s" is 90000; undefined when the text is no duration. */
export function parseDurationMs(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (!match) return undefined;
  return Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
}

/** "99.9%" is 0.999; undefined when the text is no share or more than 100%. */
export function parseShare(text: string): number | undefined {
  const match = SHARE.exec(text);
  const percent = Number(match?.[1]);
  return match && percent <= 100 ? Number((percent / 100).toFixed(12)) : undefined;
}

/** "50/s" is 50, "30/m" is 0.5: events per second. */
export function parseRatePerSecond(text: string): number | undefined {
  const match = RATE.exec(text);
  if (!match) return undefined;
  return (Number(match[1]) * 1_000) / UNIT_MS[match[2] as 's' | 'm' | 'h'];
}

/** 90000 is "90s", 1500 is "1.5s", 250 is "250ms", 600000 is "10m". */
export function renderDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)}ms`;
  if (ms < 120_000) return `${Number((ms / 1_000).toFixed(1))}s`;
  if (ms < 7_200_000) return `${Number((ms / 60_000).toFixed(1))}m`;
  return `${Number((ms / 3_600_000).toFixed(1))}h`;
}

/** 0.9 is "90%", 0.9984 is "99.84%". Never rounds a share below one up to 100%. */
export function renderShare(share: number): string {
  const percent = share * 100;
  const text = String(Number(percent.toFixed(2)));
  return text === '100' && share < 1 ? '99.99%' : `${text}%`;
}
