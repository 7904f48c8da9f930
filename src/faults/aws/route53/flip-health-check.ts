import { aws } from '../../../aws/calls.ts';
import { displayName } from '../../../aws/names.ts';
import { type Attestation, defineFault, defineMeans, type Standing } from '../../../kernel/define.ts';
import { CallError } from '../../../kernel/errors.ts';
import type { DnsQuery, ReadPort } from '../../../kernel/ports.ts';
import { oneOf } from '../../../kernel/schema.ts';
import { type HealthCheck, healthCheck, isSeenWell, readHealthCheck } from '../../../targets/aws/health-check.ts';
import { type RecordSet, recordsOf } from '../../../targets/aws/record-sets.ts';
import { ASKABLE, QUERY_MS, valuesIn, valuesOf } from '../../../targets/aws/record-undo.ts';
import { allZones } from '../../../targets/aws/route53-record.ts';

type Flag = 'Inverted' | 'Disabled';

type Undo = {
  readonly id: string;
  readonly flag: Flag;
  /** What the flag was, and at which version of the health check. */
  readonly was: boolean;
  readonly version: number;
};

const params = {
  flag: oneOf(['inverted', 'disabled'], {
    doc:
      'What is flipped: `inverted` makes a check that passes fail, and one that fails pass; `disabled` makes it pass, ' +
      'whatever becomes of its place, so that nothing fails over.',
  }).default('inverted'),
};

/** Route 53 believes the contrary of what it sees. */
export const flipHealthCheck = defineFault({
  id: 'aws.route53.flip-health-check',
  summary: 'Invert or disable a Route 53 health check, and set it back when the fault ends.',
  details:
    'Shows what a fail-over does although nothing has failed, or what it does not when its check is blind. The names ' +
    'that are routed by the check are answered differently as soon as Route 53 has taken the change; resolvers follow ' +
    'within the TTL. Nothing else of the check is changed.',
  params,
  reversal: 'reverts',
  example: `
- name: the check fails although the shop is well
  fault: aws.route53.flip-health-check
  select: { place: shop.example }
  with: { flag: inverted }
  for: 60s
`,
  manualRecovery:
    'aws route53 update-health-check --health-check-id HEALTH_CHECK_ID --no-inverted (or --no-disabled; ' +
    '--inverted or --disabled where undo.jsonl says that it was so)',
  covers: ['fail-over by mistake', 'health check that is wrong', 'fail-over that does not happen'],
  means: {
    api: defineMeans(params)({
      target: healthCheck,
      fidelity:
        'A real change of the check: every name that it routes changes at once, while checkers change their mind one ' +
        'by one.',
      landsWithinMs: 120_000,
      restoresWithinMs: 180_000,

      async capture({ id }: HealthCheck, { flag: asked }, host, signal): Promise<Undo> {
        const now = await readHealthCheck(id, host, signal);
        if (!now) throw new CallError('NoSuchHealthCheck', `there is no health check ${id} any more`);
        const flag = asked === 'inverted' ? 'Inverted' : 'Disabled';
        return { id, flag, was: now[flag], version: now.version };
      },
      // Of the version that was captured alone: a call that comes late, or twice, changes nothing.
      steps: (_target, _params, { id, flag, was, version }) => [
        aws('route-53', 'UpdateHealthCheck', { HealthCheckId: id, HealthCheckVersion: version, [flag]: !was }, [
          'HealthCheckVersionMismatch',
        ]),
      ],
      restore: ({ id, flag, was }) => [
        aws('route-53', 'UpdateHealthCheck', { HealthCheckId: id, [flag]: was }, ['NoSuchHealthCheck']),
      ],
      compare,
      attest,
    }),
  },
});

async function compare({ id, flag, was }: Undo, host: ReadPort, signal: AbortSignal): Promise<Standing> {
  const now = await readHealthCheck(id, host, signal);
  if (!now) return { is: 'vanished' };
  return { is: now[flag] === was ? 'restored' : 'harmed' };
}

/**
 * What name servers answer for a primary record that the check routes: it is there while the check passes. Where the flag
 * makes no difference just now, or no such record is known, the check itself is read.
 */
async function attest(undo: Undo, host: ReadPort, signal: AbortSignal): Promise<Attestation> {
  const { id, flag, was } = undo;
  const now = await readHealthCheck(id, host, signal);
  const harmed = now !== undefined && now[flag] !== was;
  const shown = `health check ${id} is ${now?.[flag] ? '' : 'not '}${flag.toLowerCase()}`;
  const isWell = now && (await isSeenWell(id, host, signal));
  const primary = isWell === undefined ? undefined : await primaryOf(id, host, signal);
  if (!now || isWell === undefined || !primary) return { bites: harmed, level: 'control plane', evidence: shown };
  const passes = (value: boolean) => {
    const [inverted, disabled] = flag === 'Inverted' ? [value, now.Disabled] : [now.Inverted, value];
    return (disabled || isWell) !== inverted;
  };
  const [whole, flipped] = [passes(was), passes(!was)];
  const { isAnswered, said } = await answersOf(primary, host, signal);
  const evidence = `${shown}; ${said}`;
  if (whole === flipped) return { bites: harmed, level: 'control plane', evidence };
  // Where no record is healthy, the primary one is answered all the same: only its absence proves something then.
  const bites = harmed ? isAnswered.every((is) => is === flipped) : whole && isAnswered.includes(false);
  return { bites, level: 'data plane', evidence };
}

/** A primary record with values of its own that fails over by the check; only a region of one's own is searched for it. */
async function primaryOf(id: string, host: ReadPort, signal: AbortSignal): Promise<RecordSet | undefined> {
  const { kind, nameServers } = host.account;
  if (kind !== 'embedded' || nameServers.length === 0) return undefined;
  for (const zone of await allZones(host, signal)) {
    const found = (await recordsOf(zone.id, host, signal)).find(
      ({ HealthCheckId, Failover, Type, ResourceRecords = [] }) =>
        HealthCheckId === id && Failover === 'PRIMARY' && ASKABLE.includes(Type) && ResourceRecords.length > 0,
    );
    if (found) return found;
  }
  return undefined;
}

const ANSWERED = ['NOERROR', 'NXDOMAIN'];

/** Whether each name server answers with the values of the record; undefined of one that is silent. */
async function answersOf(record: RecordSet, host: ReadPort, signal: AbortSignal) {
  const query: DnsQuery = {
    name: displayName(record.Name),
    type: record.Type as DnsQuery['type'],
    timeoutMs: QUERY_MS,
  };
  const { nameServers } = host.account;
  const answers = await Promise.all(nameServers.map((server) => host.dns({ ...query, server }, signal)));
  const found = answers.map((answer) => valuesIn(answer, record.Type));
  const own = valuesOf(record);
  const said = nameServers.map(({ name }, k) => `${name}: ${found[k]?.join(' ') || (answers[k]?.code ?? '')}`);
  return {
    isAnswered: found.map((values, k) =>
      ANSWERED.includes(answers[k]?.code ?? '') ? own.some((one) => values.includes(one)) : undefined,
    ),
    said: `${displayName(record.Name)} ${record.Type} at ${said.join(', ')}`,
  };
}
