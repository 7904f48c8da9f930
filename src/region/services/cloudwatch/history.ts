import type { RegionState } from '../state.ts';
import type { Alarm, AlarmState, HistoryItem } from './cloudwatch-state.ts';

/** The bound of memory: so many of the latest items are kept. */
const MOST_ITEMS = 2_000;

export function remember({ cloudWatch }: Pick<RegionState, 'cloudWatch'>, item: HistoryItem): void {
  cloudWatch.history.push(item);
  if (cloudWatch.history.length > MOST_ITEMS) cloudWatch.history.splice(0, cloudWatch.history.length - MOST_ITEMS);
}

interface NewState {
  readonly state: AlarmState;
  readonly reason: string;
  readonly reasonData?: string | undefined;
}

/** Puts an alarm into a state, with all that belongs to a change. */
export function changeState(region: RegionState, alarm: Alarm, to: NewState, nowMs: number): void {
  const from = { state: alarm.state, reason: alarm.reason, reasonData: alarm.reasonData };
  alarm.state = to.state;
  alarm.reason = to.reason;
  alarm.updatedMs = nowMs;
  if (to.reasonData === undefined) delete alarm.reasonData;
  else alarm.reasonData = to.reasonData;
  if (from.state === to.state) return;
  alarm.transitionedMs = nowMs;
  remember(region, {
    alarm: alarm.name,
    atMs: nowMs,
    type: 'StateUpdate',
    summary: `Alarm updated from ${from.state} to ${to.state}`,
    data: JSON.stringify({ version: '1.0', oldState: stateData(from), newState: stateData(to) }),
  });
  if (alarm.actionsEnabled) tellActions(region, alarm, nowMs);
}

const stateData = ({ state, reason, reasonData }: NewState) => ({
  stateValue: state,
  stateReason: reason,
  ...(reasonData !== undefined && { stateReasonData: JSON.parse(reasonData) as unknown }),
});

/** Nothing here receives what alarms send or does what they ask for: their history says of each action that it failed. */
function tellActions(region: RegionState, { name, state, config }: Alarm, nowMs: number): void {
  for (const action of config.actions[state]) {
    remember(region, {
      alarm: name,
      atMs: nowMs,
      type: 'Action',
      summary: `Failed to execute action ${action}`.slice(0, 255),
      data: JSON.stringify({
        actionState: 'Failed',
        stateUpdateTimestamp: nowMs,
        notificationResource: action,
        publishedMessage: null,
        error: 'The region performs no actions of alarms.',
      }),
    });
  }
}
