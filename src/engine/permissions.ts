import type { PlannedInjection } from '../journal/entries.ts';
import type { Call, Service } from '../kernel/call.ts';
import type { ReadPort } from '../kernel/ports.ts';

/** The prefix of a service's actions in IAM, where it differs from its id. */
const IAM_PREFIX: Partial<Record<Service, string>> = {
  'auto-scaling': 'autoscaling',
  'elastic-load-balancing-v2': 'elasticloadbalancing',
  'route-53': 'route53',
};

/** `ec2:StopInstances`, `facility:CutPower`: what may be asked of the account, sorted, each once. */
export function permissionsOf(injections: readonly PlannedInjection[], asked: readonly Call[]): readonly string[] {
  const calls = injections.flatMap(({ calls, restoreCalls }) => [...calls, ...restoreCalls]);
  const lookedUp = calls.flatMap(({ lookUps = [] }) => lookUps.map(({ call }) => call));
  return [...new Set([...calls, ...lookedUp, ...asked].map(permissionOf))].sort();
}

const permissionOf = ({ service, operation }: Call): string => `${IAM_PREFIX[service] ?? service}:${operation}`;

/** A port that remembers which calls were read through it. */
export function recordingPort(port: ReadPort): { host: ReadPort; asked: readonly Call[] } {
  const asked: Call[] = [];
  const host: ReadPort = {
    ...port,
    read: (call, signal) => {
      asked.push(call);
      return port.read(call, signal);
    },
  };
  return { host, asked };
}
