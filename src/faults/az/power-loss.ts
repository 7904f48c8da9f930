import { type Attestation, defineFault, defineMeans, type Standing } from '../../kernel/define.ts';
import { facility } from '../../kernel/facility.ts';
import type { ReadPort } from '../../kernel/ports.ts';
import { answering, type Dialable, dialAll, namesOf } from '../../targets/dial.ts';
import { readZones, type Zone, zone } from '../../targets/zone.ts';

type Undo = Zone & {
  readonly hadPower: boolean;
  /** What answered before: an instance that was silent anyway proves nothing. */
  readonly answered: readonly Dialable[];
};

const params = {};

/** A whole availability zone goes dark at once, as in a data centre that loses its power. */
export const powerLoss = defineFault({
  id: 'az.power-loss',
  summary: 'Cut the power of an availability zone, and give it back when the fault ends.',
  details:
    'Every link of the zone freezes first, so that no connection is closed politely; then every process in it is ' +
    'killed, launches are refused for want of capacity, and health checks of the zone get no answer. When power ' +
    'returns, the instances that were running start one after another, as racks do; with "powerReturn" of the ' +
    'blueprint in stages, and some hardware never recovers. Power counts as restored when every instance that is to ' +
    'run does so again, on its own hardware or on other, or was replaced by its Auto Scaling group.',
  params,
  reversal: 'reverts',
  example: `
- name: one zone goes dark
  fault: az.power-loss
  select: { zone: use1-az1 }
  for: 30s
`,
  manualRecovery:
    'Give the zone its power back with "chaos recover", or end the region and start it again: ' +
    '"chaos region down NAME --force" and "chaos region up BLUEPRINT".',
  covers: ['loss of an availability zone', 'power outage of a data centre', 'failure of cooling'],
  means: {
    facility: defineMeans(params)({
      target: zone,
      fidelity:
        'Processes die and packets stop for real; in the portable data plane a new connection into the dark zone is ' +
        'accepted and stays silent, where a real one would get no answer at all.',
      landsWithinMs: 5_000,
      restoresWithinMs: 120_000,

      async capture({ zoneId, zoneName }, _params, host, signal): Promise<Undo> {
        const facts = await zoneFacts(zoneId, host, signal);
        const hadPower = facts !== undefined && facts.power !== 'off';
        const answered = hadPower ? await answering(facts.instanceIds, host, signal) : [];
        return { zoneId, zoneName, hadPower, answered };
      },
      steps: (_target, _params, { zoneId, hadPower }) => (hadPower ? [facility('CutPower', { zoneId })] : []),
      restore: ({ zoneId, hadPower }) => (hadPower ? [facility('RestorePower', { zoneId })] : []),
      compare,
      attest,
    }),
  },
});

async function compare({ zoneId, hadPower, answered }: Undo, host: ReadPort, signal: AbortSignal): Promise<Standing> {
  const facts = await zoneFacts(zoneId, host, signal);
  if (!facts) return { is: 'vanished' };
  if (!hadPower) return { is: 'restored' };
  if (facts.power === 'off') return { is: 'harmed' };
  if (facts.power === 'returning') return { is: 'changing' };
  const { processes } = await host.read(facility('DescribeProcesses', {}), signal);
  const starting = answered.some(({ instanceId }) =>
    processes.some((facts) => facts.instanceId === instanceId && facts.state === 'starting'),
  );
  return { is: starting ? 'changing' : 'restored' };
}

/** While the power is off, every instance must be silent; while it returns and after, none that is to run may be. */
async function attest({ zoneId, answered }: Undo, host: ReadPort, signal: AbortSignal): Promise<Attestation> {
  const power = (await zoneFacts(zoneId, host, signal))?.power ?? 'on';
  if (answered.length === 0) {
    const evidence = `no instance of ${zoneId} answered before; its power is ${power}`;
    return { bites: power === 'off', level: 'control plane', evidence };
  }
  const expected = power === 'on' ? await stillRunning(answered, host, signal) : answered;
  const seen = await dialAll(expected, host, signal);
  const bites = power === 'off' ? seen.answered.length === 0 : seen.silent.length > 0;
  const counts = `${seen.silent.length} of ${expected.length} instances of ${zoneId} did not answer`;
  const names = namesOf(bites ? seen.silent : seen.answered);
  const evidence = names === '' ? counts : `${counts} (${bites ? '' : 'answered: '}${names})`;
  return { bites, level: 'data plane', evidence };
}

/** Without those that somebody stopped or terminated meanwhile: they are not this fault's to bring back. */
async function stillRunning(these: readonly Dialable[], host: ReadPort, signal: AbortSignal) {
  const { processes } = await host.read(facility('DescribeProcesses', {}), signal);
  const alive = processes.filter(({ state }) => state === 'ready' || state === 'starting');
  return these.filter((one) => alive.some(({ instanceId }) => instanceId === one.instanceId));
}

const zoneFacts = async (id: string, host: ReadPort, signal: AbortSignal) =>
  (await readZones(host, signal)).find(({ zoneId }) => zoneId === id);
