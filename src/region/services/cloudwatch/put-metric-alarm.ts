import type { PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import { Fault } from '../fault.ts';
import { honourOnly } from '../honour-only.ts';
import type { RegionState } from '../state.ts';
import type { Step } from '../step.ts';
import { schedule } from '../timer.ts';
import { checkTags, withTags } from './alarm-tags.ts';
import { alarmView } from './alarm-view.ts';
import {
  checkMetricName,
  checkUnit,
  invalidAlarm,
  invalidCombination,
  isPeriod,
  missingParameter,
  readDimensions,
  unsupported,
} from './check.ts';
import { type Alarm, type AlarmConfig, COMPARISONS, MISSING_DATA, STATISTICS } from './cloudwatch-state.ts';
import { evaluationRange } from './decide.ts';
import { noPercentiles } from './get-metric-statistics.ts';
import { remember } from './history.ts';
import { FINE_MS, KEPT_MS, MINUTE_MS } from './series.ts';

const MOST_ALARMS = 1_000;
const MOST_ACTIONS = 5;
const DAY_S = 86_400;

/** A new alarm is evaluated at once; one that is changed keeps its state until it is evaluated anew. */
export const putMetricAlarm: Step<PutMetricAlarmInput, Record<string, never>> = (state, input, { nowMs }) => {
  const config = readConfig(input);
  const { AlarmName: name = '', ActionsEnabled: actionsEnabled = true } = input;
  const tags = withTags({}, checkTags(input.Tags ?? []));
  const present = state.cloudWatch.alarms.find((alarm) => alarm.name === name);
  const version = state.counter + 1;
  if (!present && state.cloudWatch.alarms.length >= MOST_ALARMS) {
    throw new Fault('LimitExceeded', `The maximum limit of ${MOST_ALARMS} alarms has been reached.`, 400);
  }
  state.counter = version;
  if (present) Object.assign(present, { config, actionsEnabled, configuredMs: nowMs, version });
  const alarm = present ?? newAlarm(state, { name, config, actionsEnabled, tags, version }, nowMs);
  if (!present) state.cloudWatch.alarms.push(alarm);
  const [type, done] = present ? (['Update', 'updated'] as const) : (['Create', 'created'] as const);
  remember(state, {
    alarm: name,
    atMs: nowMs,
    type: 'ConfigurationUpdate',
    summary: `Alarm "${name}" ${done}`.slice(0, 255),
    data: JSON.stringify({ version: '1.0', type, [`${done}Alarm`]: alarmView(alarm) }),
  });
  schedule(state, nowMs, { do: 'evaluate-alarm', alarm: name, version });
  return {};
};

type Given = Pick<Alarm, 'name' | 'config' | 'actionsEnabled' | 'tags' | 'version'>;

const newAlarm = ({ region, accountId }: RegionState, given: Given, nowMs: number): Alarm => ({
  ...given,
  arn: `arn:aws:cloudwatch:${region}:${accountId}:alarm:${given.name}`,
  configuredMs: nowMs,
  state: 'INSUFFICIENT_DATA',
  reason: 'Unchecked: Initial alarm creation',
  updatedMs: nowMs,
  transitionedMs: nowMs,
});

function readConfig(input: PutMetricAlarmInput): AlarmConfig {
  refuseOthers(input);
  const { MetricName = '', Namespace = '', Unit: unit, Threshold, TreatMissingData, AlarmDescription } = input;
  checkMetricName(Namespace, MetricName);
  checkUnit(unit);
  if (Threshold === undefined || !Number.isFinite(Threshold)) {
    throw missingParameter('The parameter Threshold is required.');
  }
  const description = AlarmDescription;
  const missing =
    TreatMissingData === undefined ? undefined : oneOf(MISSING_DATA, TreatMissingData, 'TreatMissingData');
  return {
    metric: { namespace: Namespace, name: MetricName, dimensions: readDimensions(input.Dimensions) },
    ...(unit !== undefined && { unit }),
    statistic: oneOf(STATISTICS, input.Statistic, 'Statistic'),
    ...readPeriods(input),
    threshold: Threshold,
    comparison: oneOf(COMPARISONS, input.ComparisonOperator, 'ComparisonOperator'),
    ...(missing !== undefined && { missing }),
    ...(description !== undefined && { description }),
    actions: {
      OK: checkActions(input.OKActions, 'OKActions'),
      ALARM: checkActions(input.AlarmActions, 'AlarmActions'),
      INSUFFICIENT_DATA: checkActions(input.InsufficientDataActions, 'InsufficientDataActions'),
    },
  };
}

function refuseOthers(input: PutMetricAlarmInput): void {
  const { AlarmName: name = '', Statistic, ExtendedStatistic, ComparisonOperator: comparison = '' } = input;
  if (name === '' || name.length > 255) throw invalidAlarm('The parameter AlarmName must be 1 to 255 characters long.');
  if (input.Metrics !== undefined) {
    if (input.MetricName !== undefined) {
      throw invalidCombination('The parameters MetricName and Metrics are mutually exclusive.');
    }
    throw unsupported('The region has alarms on single metrics: it does not honour "Metrics".');
  }
  if (ExtendedStatistic !== undefined) {
    if (Statistic === undefined) throw noPercentiles(ExtendedStatistic);
    throw invalidCombination('The parameters Statistic and ExtendedStatistic are mutually exclusive.');
  }
  if (comparison.includes('Upper') || comparison.includes('Lower')) {
    throw unsupported(`The region detects no anomalies: it does not honour "${comparison}".`);
  }
  honourOnly(input, HONOURED);
}

const HONOURED = [
  ...['AlarmName', 'AlarmDescription', 'ActionsEnabled', 'OKActions', 'AlarmActions', 'InsufficientDataActions'],
  ...['MetricName', 'Namespace', 'Statistic', 'Dimensions', 'Period', 'Unit', 'EvaluationPeriods', 'Tags'],
  ...['DatapointsToAlarm', 'Threshold', 'ComparisonOperator', 'TreatMissingData'],
];

/** Beside the 10, 20, 30 and 60 seconds of a cloud 1 and 5 are taken: what is tried on one machine lasts seconds. */
function readPeriods({ Period: period, EvaluationPeriods: evaluationPeriods, DatapointsToAlarm }: PutMetricAlarmInput) {
  if (period === undefined) throw missingParameter('The parameter Period is required.');
  if (!isPeriod(period)) throw invalidAlarm('Period must be 1, 5, 10, 20, 30 or a multiple of 60');
  if (evaluationPeriods === undefined) throw missingParameter('The parameter EvaluationPeriods is required.');
  if (!isCount(evaluationPeriods)) throw invalidAlarm('EvaluationPeriods must be a whole number greater than 0');
  if (period * evaluationPeriods > DAY_S) {
    throw invalidAlarm(
      `Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= ${DAY_S}).`,
    );
  }
  // What is looked at must still be there, and by the second if need be.
  const keptMs = period < 60 ? FINE_MS : KEPT_MS;
  if (evaluationRange(evaluationPeriods) * period * 1_000 > keptMs) {
    throw unsupported(
      `The region keeps metrics ${period < 60 ? 'by the second ' : ''}for ${keptMs / MINUTE_MS} minutes: ` +
        'EvaluationPeriods + 2 times Period is longer.',
    );
  }
  if (DatapointsToAlarm !== undefined && !(isCount(DatapointsToAlarm) && DatapointsToAlarm <= evaluationPeriods)) {
    throw invalidAlarm('DatapointsToAlarm must be from 1 to the number of EvaluationPeriods');
  }
  return {
    period,
    evaluationPeriods,
    ...(DatapointsToAlarm !== undefined && { datapointsToAlarm: DatapointsToAlarm }),
  };
}

const isCount = (value: number) => Number.isInteger(value) && value >= 1;

function oneOf<T extends string>(known: readonly T[], given: string | undefined, name: string): T {
  if (given === undefined) throw missingParameter(`The parameter ${name} is required.`);
  const found = known.find((one) => one === given);
  if (found === undefined)
    throw invalidAlarm(`The parameter ${name} must be a value in the set [ ${known.join(', ')} ].`);
  return found;
}

function checkActions(actions: readonly string[] = [], name: string): readonly string[] {
  if (actions.length > MOST_ACTIONS) throw invalidAlarm(`${name} must not have more than ${MOST_ACTIONS} items.`);
  const wrong = actions.find((action) => !action.startsWith('arn:') || action.length > 1_024);
  if (wrong !== undefined) throw invalidAlarm(`Invalid arn syntax: ${wrong.slice(0, 64)}`);
  return [...actions];
}
