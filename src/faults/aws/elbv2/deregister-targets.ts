import type { TargetHealth } from '@aws-sdk/client-elastic-load-balancing-v2';
import { aws } from '../../../aws/calls.ts';
import type { Call } from '../../../kernel/call.ts';
import { type Attestation, defineFault, defineMeans, type Standing } from '../../../kernel/define.ts';
import { CallError } from '../../../kernel/errors.ts';
import type { ReadPort } from '../../../kernel/ports.ts';
import { readInstanceState } from '../../../targets/aws/instances.ts';
import { type RegisteredTarget, type Registration, registeredTarget } from '../../../targets/aws/registered-target.ts';
import { readTargets } from '../../../targets/aws/target-groups.ts';

type Undo = {
  readonly targetGroupArn: string;
  readonly targetGroup: string;
  readonly name: string;
  /** Exactly what was registered: id, port, and zone where it had one of its own. */
  readonly registration: Registration;
};

const params = {};

/** A target that is well gets no new requests, because its load balancer has lost it. */
export const deregisterTargets = defineFault({
  id: 'aws.elbv2.deregister-targets',
  summary: 'Take targets out of their target group, and register them again when the fault ends.',
  details:
    'The load balancer sends a target no new requests; those in flight may end within the deregistration delay of the ' +
    'group. Nothing happens to the target itself. When the fault ends it is registered as it was, with its port, also ' +
    'while it is still draining; it gets requests once it passes its health checks, and that is waited for.',
  params,
  reversal: 'reverts',
  example: `
- name: the load balancer loses the web servers of a zone
  fault: aws.elbv2.deregister-targets
  select: { targetGroup: shop, zone: use1-az1 }
  for: 30s
`,
  manualRecovery:
    'aws elbv2 register-targets --target-group-arn TARGET_GROUP_ARN --targets Id=TARGET_ID,Port=PORT ' +
    'with the registration that undo.jsonl holds',
  covers: ['deployment that empties a target group', 'registration lost by automation', 'too few targets'],
  means: {
    api: defineMeans(params)({
      target: registeredTarget,
      fidelity:
        'A real change of the target group, which it knows of: a load balancer that has lost a target by mistake goes ' +
        'on for as long as its health checks take.',
      landsWithinMs: 60_000,
      restoresWithinMs: 300_000,

      capture,
      steps: (_target, _params, undo) => [calls(undo, 'DeregisterTargets')],
      restore: (undo) => [calls(undo, 'RegisterTargets')],
      compare,
      attest,
    }),
  },
});

async function capture(
  { targetGroupArn, targetGroup, name, registration }: RegisteredTarget,
  _params: unknown,
  host: ReadPort,
  signal: AbortSignal,
): Promise<Undo> {
  const undo: Undo = { targetGroupArn, targetGroup, name, registration };
  if (!isRegistered(await healthOf(undo, host, signal))) {
    throw new CallError('TARGET_NONE', `${shown(undo)} is no longer registered`);
  }
  return undo;
}

const calls = (
  { targetGroupArn: TargetGroupArn, registration }: Undo,
  operation: 'DeregisterTargets' | 'RegisterTargets',
): Call => aws('elastic-load-balancing-v2', operation, { TargetGroupArn, Targets: [registration] });

async function compare(undo: Undo, host: ReadPort, signal: AbortSignal): Promise<Standing> {
  const health = await healthOf(undo, host, signal);
  if (health === 'no group') return { is: 'vanished' };
  if (isRegistered(health)) return { is: 'restored' };
  const { Id } = undo.registration;
  if (!Id.startsWith('i-')) return { is: 'harmed' };
  const state = await readInstanceState(Id, host, signal);
  if (state === undefined || state === 'terminated' || state === 'shutting-down') return { is: 'vanished' };
  if (state === 'running') return { is: 'harmed' };
  const how = `${shown(undo)} is ${state}: only an instance that runs can be registered`;
  return state === 'stopped' ? { is: 'changed', how } : { is: 'changing' };
}

/** No requests go to what is not registered, is on its way out, or has yet to pass its first health checks. */
async function attest(undo: Undo, host: ReadPort, signal: AbortSignal): Promise<Attestation> {
  const health = await healthOf(undo, host, signal);
  if (health === 'no group') {
    return { bites: true, level: 'control plane', evidence: `there is no target group ${undo.targetGroup} any more` };
  }
  const { State = 'unknown', Reason } = health;
  const bites = !isRegistered(health) || State === 'initial';
  const evidence = `${shown(undo)} is ${State}${Reason === undefined ? '' : ` (${Reason})`}`;
  return { bites, level: 'control plane', evidence };
}

type Health = TargetHealth | 'no group';

async function healthOf({ targetGroupArn, registration }: Undo, host: ReadPort, signal: AbortSignal): Promise<Health> {
  const found = await readTargets(targetGroupArn, registration, host, signal);
  if (!found) return 'no group';
  return found[0]?.TargetHealth ?? { State: 'unused', Reason: 'Target.NotRegistered' };
}

const isRegistered = (health: Health): boolean =>
  health !== 'no group' && health.State !== 'draining' && health.Reason !== 'Target.NotRegistered';

const shown = ({ name, targetGroup, registration: { Port } }: Undo): string =>
  `${name}${Port === undefined ? '' : `:${Port}`} of ${targetGroup}`;
