import type { RegionState } from '../state.ts';
import { schedule } from '../timer.ts';
import type { Alarm, AlarmConfig } from './cloudwatch-state.ts';
import { decide, decisive, evaluationRange, type Rule } from './decide.ts';
import { changeState } from './history.ts';
import { type DataPoint, reasonDataOf, reasonOf } from './reason.ts';
import { floor, MINUTE_MS, metricKey, samplesOf, statisticOf } from './series.ts';

/** How long after the end of a period its last data may arrive: only then it is judged. */
const LAG_MS = 250;

/** Evaluates an alarm and queues its next evaluation. One that is gone, or was configured anew, is left alone. */
export function evaluateAlarm(state: RegionState, name: string, version: number, nowMs: number): void {
  const alarm = state.cloudWatch.alarms.find((one) => one.name === name);
  if (alarm?.version !== version) return;
  // Periods of more than a minute are looked at every minute.
  const stepMs = Math.min(alarm.config.period * 1_000, MINUTE_MS);
  const endMs = floor(nowMs - LAG_MS, stepMs);
  evaluate(state, alarm, endMs, nowMs);
  schedule(state, endMs + stepMs + LAG_MS, { do: 'evaluate-alarm', alarm: name, version });
}

function evaluate(state: RegionState, alarm: Alarm, endMs: number, nowMs: number): void {
  const { config } = alarm;
  const rule = ruleOf(config);
  const points = pointsOf(state, config, endMs);
  const to = decide(
    points.map((point) => point?.breaches),
    rule,
  );
  if (to === undefined || to === alarm.state) return;
  const telling = decisive(points, rule);
  const reason = reasonOf(alarm, to, telling, rule);
  changeState(state, alarm, { state: to, reason, reasonData: reasonDataOf(config, telling, nowMs) }, nowMs);
}

const ruleOf = ({
  evaluationPeriods,
  datapointsToAlarm = evaluationPeriods,
  missing = 'missing',
}: AlarmConfig): Rule => ({
  evaluationPeriods,
  datapointsToAlarm,
  missing,
});

/** The periods of the evaluation range that ends at `endMs`, the oldest first. */
function pointsOf({ cloudWatch }: RegionState, config: AlarmConfig, endMs: number): (DataPoint | undefined)[] {
  const range = evaluationRange(config.evaluationPeriods);
  const periodMs = config.period * 1_000;
  const fromMs = endMs - range * periodMs;
  const points = new Array<DataPoint | undefined>(range).fill(undefined);
  const metric = cloudWatch.metrics[metricKey(config.metric)];
  if (!metric) return points;
  for (const sample of samplesOf(metric, config.unit, { fromMs, toMs: endMs, periodMs })) {
    const value = statisticOf(sample, config.statistic);
    points[(sample[0] - fromMs) / periodMs] = {
      atMs: sample[0],
      value,
      count: sample[1],
      breaches: isBreaching(value, config),
    };
  }
  return points;
}

function isBreaching(value: number, { comparison, threshold }: AlarmConfig): boolean {
  switch (comparison) {
    case 'GreaterThanOrEqualToThreshold':
      return value >= threshold;
    case 'GreaterThanThreshold':
      return value > threshold;
    case 'LessThanOrEqualToThreshold':
      return value <= threshold;
    case 'LessThanThreshold':
      return value < threshold;
  }
}
