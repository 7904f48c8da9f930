import type { Tags } from '../state.ts';

/** Metrics and alarms. Times are milliseconds since 1970. */
export interface CloudWatchState {
  /** By `metricKey`. */
  metrics: Record<string, Metric>;
  alarms: Alarm[];
  /** What happened to alarms, also to those that are gone; the oldest first, only the latest are kept. */
  history: HistoryItem[];
  /** When metrics without recent data were last dropped. */
  sweptMs: number;
}

export interface MetricName {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly Dimension[];
}

export interface Dimension {
  readonly name: string;
  readonly value: string;
}

export interface Metric extends MetricName {
  /** Data of different units are kept apart. */
  readonly units: Record<string, Tiers>;
}

/**
 * The same data never stand in both. Each is in the order of time, and holds the numbers of its samples one after another:
 * there are a great many of them.
 */
export interface Tiers {
  /** By the second, of the last minutes. */
  fine: number[];
  /** By the minute, of the last hours, and whatever was published at that resolution. */
  coarse: number[];
}

/** What was measured from `atMs` on, summed up: `[atMs, count, sum, minimum, maximum]`. */
export type Sample = [atMs: number, count: number, sum: number, minimum: number, maximum: number];

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export interface Alarm {
  readonly name: string;
  readonly arn: string;
  config: AlarmConfig;
  configuredMs: number;
  actionsEnabled: boolean;
  tags: Tags;
  state: AlarmState;
  reason: string;
  /** JSON, as CloudWatch writes it. */
  reasonData?: string;
  updatedMs: number;
  transitionedMs: number;
  /** Changes with the configuration: an evaluation that was queued for an earlier one does nothing. */
  version: number;
}

/** What PutMetricAlarm says. */
export interface AlarmConfig {
  readonly metric: MetricName;
  readonly unit?: string;
  readonly statistic: Statistic;
  /** Seconds. */
  readonly period: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm?: number;
  readonly threshold: number;
  readonly comparison: Comparison;
  readonly missing?: MissingData;
  readonly description?: string;
  readonly actions: Readonly<Record<AlarmState, readonly string[]>>;
}

export const STATISTICS = ['Average', 'Maximum', 'Minimum', 'SampleCount', 'Sum'] as const;
export type Statistic = (typeof STATISTICS)[number];

export const COMPARISONS = [
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** How an alarm takes periods without data. */
export const MISSING_DATA = ['breaching', 'notBreaching', 'ignore', 'missing'] as const;
export type MissingData = (typeof MISSING_DATA)[number];

export interface HistoryItem {
  readonly alarm: string;
  readonly atMs: number;
  readonly type: 'ConfigurationUpdate' | 'StateUpdate' | 'Action';
  readonly summary: string;
  /** JSON, as CloudWatch writes it. */
  readonly data: string;
}

/** The unit of data that were published without one. */
export const NO_UNIT = 'None';
