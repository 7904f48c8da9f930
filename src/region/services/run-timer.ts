import { lookAtGroup } from './auto-scaling/look.ts';
import { evaluateAlarm } from './cloudwatch/evaluate-alarm.ts';
import { lookAtHosts } from './dependencies/hosts.ts';
import { reachInstance } from './dependencies/join-network.ts';
import { endTransition } from './ec2/transition.ts';
import { powerInstance, replaceHardware } from './facility/power.ts';
import { settleZones } from './facility/settle-zones.ts';
import { endTrouble } from './facility/troubles.ts';
import { publishChange } from './route53/change-records.ts';
import { deliverCommands, endScript, expireCommand } from './ssm/commands/deliver.ts';
import type { Instance, RegionState } from './state.ts';
import type { Timer } from './timer.ts';

/**
 * Does the work of a timer whose time has come. A timer whose cause has gone meanwhile does nothing.
 * @returns false when it is certain that nothing was changed.
 */
export function runTimer(state: RegionState, timer: Timer, random: () => number): boolean {
  switch (timer.do) {
    case 'look-at-group':
      if (!lookAtGroup(state, timer.group, { nowMs: timer.atMs, random })) return false;
      break;
    case 'evaluate-alarm':
      evaluateAlarm(state, timer.alarm, timer.version, timer.atMs);
      return false;
    case 'look-at-hosts':
      lookAtHosts(state, timer.atMs);
      return false;
    case 'reach-instance':
      withInstance(state, timer, (instance) => reachInstance(instance, timer.atMs));
      break;
    case 'end-transition':
      withInstance(state, timer, (instance) => {
        if (instance.transition === timer.transition) endTransition(state, instance, timer.atMs);
      });
      break;
    case 'power-instance':
      withInstance(state, timer, powerInstance);
      break;
    case 'replace-hardware':
      withInstance(state, timer, replaceHardware);
      break;
    case 'forget-instance':
      state.instances = state.instances.filter(({ instanceId }) => instanceId !== timer.instanceId);
      break;
    case 'expire-command':
      expireCommand(state, timer.commandId, timer.atMs);
      break;
    case 'end-script':
      endScript(state, timer.commandId, timer.instanceId, timer.atMs);
      break;
    case 'publish-change':
      publishChange(state, timer.changeId);
      break;
    case 'forget-change':
      delete state.changes[timer.changeId];
      break;
    case 'end-trouble':
      endTrouble(state, timer.name, timer.expiresMs);
      break;
    case 'end-draining':
      endDraining(state, timer);
      break;
  }
  settleZones(state);
  deliverCommands(state, timer.atMs);
  return true;
}

function withInstance(state: RegionState, { instanceId }: { instanceId: string }, act: (instance: Instance) => void) {
  const instance = state.instances.find((candidate) => candidate.instanceId === instanceId);
  if (instance) act(instance);
}

function endDraining(state: RegionState, timer: Extract<Timer, { do: 'end-draining' }>): void {
  for (const { targetGroup } of state.loadBalancers) {
    if (targetGroup.arn !== timer.targetGroup) continue;
    targetGroup.targets = targetGroup.targets.filter(
      ({ instanceId, transition, draining }) =>
        !(draining && instanceId === timer.instanceId && transition === timer.transition),
    );
  }
}
