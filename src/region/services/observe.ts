import type { Observed } from '../contract.ts';
import { measure } from './cloudwatch/measure.ts';
import { observeStore } from './dependencies/stores.ts';
import { endTransition } from './ec2/transition.ts';
import { settleZones } from './facility/settle-zones.ts';
import { deliverCommands, observeScript } from './ssm/commands/deliver.ts';
import type { ProcessState, RegionState } from './state.ts';

/** Takes in what the data plane has seen. Facts about unknown things and about earlier processes are dropped. */
export function observe(state: RegionState, fact: Observed, nowMs: number): void {
  switch (fact.type) {
    case 'listening':
      state.plane = { resolver: fact.resolver, nameServers: [...fact.nameServers] };
      return;
    case 'load-balancer': {
      const balancer = state.loadBalancers.find(({ name }) => name === fact.name);
      if (balancer) balancer.url = fact.url;
      return;
    }
    case 'process':
      observeProcess(state, fact, nowMs);
      return;
    case 'target-health':
      observeHealth(state, fact);
      return;
    case 'health-check': {
      if (observeStore(state, fact, nowMs)) return;
      const check = state.healthChecks.find(({ id }) => id === fact.healthCheckId);
      if (check) check.seen = { passes: fact.passes, reason: fact.reason, atMs: nowMs };
      return;
    }
    case 'script':
      observeScript(state, fact, nowMs);
      return;
    case 'measured':
      measure(state, fact, nowMs);
      return;
    case 'log':
      return;
  }
}

function observeProcess(state: RegionState, fact: Extract<Observed, { type: 'process' }>, nowMs: number): void {
  const instance = state.instances.find(({ instanceId }) => instanceId === fact.instanceId);
  if (!instance || fact.generation < instance.generation) return;
  const seen: ProcessState = { state: fact.state };
  if (fact.pid !== undefined) seen.pid = fact.pid;
  if (fact.startTime !== undefined) seen.startTime = fact.startTime;
  instance.process = seen;
  if (fact.state === 'ready') {
    instance.seenReady = true;
    if (instance.state === 'pending') endTransition(state, instance, nowMs);
  }
  const ended = fact.state === 'exited' || fact.state === 'none';
  if (ended && instance.state !== 'pending') endTransition(state, instance, nowMs);
  settleZones(state);
  deliverCommands(state, nowMs);
}

function observeHealth(state: RegionState, fact: Extract<Observed, { type: 'target-health' }>): void {
  const balancer = state.loadBalancers.find(({ name }) => name === fact.loadBalancer);
  for (const target of balancer?.targetGroup.targets ?? []) {
    if (target.instanceId !== fact.instanceId || target.draining) continue;
    target.health = fact.state;
    target.reason = fact.reason;
  }
}
