import type {
  DeleteAlarmsInput,
  DisableAlarmActionsInput,
  EnableAlarmActionsInput,
  SetAlarmStateInput,
} from '@aws-sdk/client-cloudwatch';
import { Fault } from '../fault.ts';
import type { RegionState } from '../state.ts';
import type { Step } from '../step.ts';
import { alarmView } from './alarm-view.ts';
import { invalidValue, missingParameter } from './check.ts';
import type { AlarmState } from './cloudwatch-state.ts';
import { changeState, remember } from './history.ts';

const STATES: readonly AlarmState[] = ['OK', 'ALARM', 'INSUFFICIENT_DATA'];
const MOST_NAMES = 100;

type Nothing = Record<string, never>;

/** The next evaluation puts the alarm back to where its metric has it. */
export const setAlarmState: Step<SetAlarmStateInput, Nothing> = (state, input, { nowMs }) => {
  const { AlarmName: name, StateValue: value, StateReason: reason = '', StateReasonData: reasonData } = input;
  const to = STATES.find((one) => one === value);
  if (to === undefined) {
    throw invalidValue(`The parameter StateValue must be a value in the set [ ${STATES.join(', ')} ].`);
  }
  if (reasonData !== undefined && !isJson(reasonData)) {
    throw new Fault('InvalidFormat', 'The parameter StateReasonData is not JSON.', 400);
  }
  const alarm = state.cloudWatch.alarms.find((one) => one.name === name);
  if (!alarm) throw new Fault('ResourceNotFound', `There is no alarm "${name}".`, 404);
  changeState(state, alarm, { state: to, reason, reasonData }, nowMs);
  return {};
};

export const enableAlarmActions: Step<EnableAlarmActionsInput, Nothing> = (state, input, { nowMs }) =>
  switchActions(state, input.AlarmNames, true, nowMs);

export const disableAlarmActions: Step<DisableAlarmActionsInput, Nothing> = (state, input, { nowMs }) =>
  switchActions(state, input.AlarmNames, false, nowMs);

/** Names that no alarm has are passed over, as the service does. */
function switchActions(state: RegionState, given: readonly string[] | undefined, to: boolean, nowMs: number): Nothing {
  const names = checkNames(given);
  for (const alarm of state.cloudWatch.alarms) {
    if (!names.includes(alarm.name) || alarm.actionsEnabled === to) continue;
    alarm.actionsEnabled = to;
    alarm.configuredMs = nowMs;
    tell(state, alarm.name, to ? 'Alarm actions enabled' : 'Alarm actions disabled', nowMs, {
      type: 'Update',
      updatedAlarm: alarmView(alarm),
    });
  }
  return {};
}

/** All that are named, or none. */
export const deleteAlarms: Step<DeleteAlarmsInput, Nothing> = (state, input, { nowMs }) => {
  const names = checkNames(input.AlarmNames);
  const unknown = names.find((name) => !state.cloudWatch.alarms.some((alarm) => alarm.name === name));
  if (unknown !== undefined) throw new Fault('ResourceNotFound', `There is no alarm "${unknown}".`, 404);
  for (const alarm of state.cloudWatch.alarms) {
    if (!names.includes(alarm.name)) continue;
    const deletedAlarm = alarmView(alarm);
    tell(state, alarm.name, `Alarm "${alarm.name}" deleted`, nowMs, { type: 'Delete', deletedAlarm });
  }
  state.cloudWatch.alarms = state.cloudWatch.alarms.filter(({ name }) => !names.includes(name));
  return {};
};

function tell(state: RegionState, alarm: string, summary: string, atMs: number, data: object): void {
  remember(state, {
    alarm,
    atMs,
    type: 'ConfigurationUpdate',
    summary: summary.slice(0, 255),
    data: JSON.stringify({ version: '1.0', ...data }),
  });
}

function checkNames(names: readonly string[] | undefined): readonly string[] {
  if (!names || names.length === 0) throw missingParameter('The parameter AlarmNames is required.');
  if (names.length > MOST_NAMES) {
    throw invalidValue(`The collection AlarmNames must not have a size greater than ${MOST_NAMES}.`);
  }
  return names;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
