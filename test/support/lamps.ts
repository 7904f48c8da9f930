import type { Call } from '../../src/kernel/call.ts';
import {
  type Catalog,
  type CatalogEntry,
  defineFault,
  defineMeans,
  defineProbe,
  defineTarget,
  type Fault,
  type Standing,
} from '../../src/kernel/define.ts';
import { CallError } from '../../src/kernel/errors.ts';
import type { Account, Clock, ReadPort, WritePort } from '../../src/kernel/ports.ts';
import { flag, text } from '../../src/kernel/schema.ts';

/** The smallest world that can be harmed: lamps in zones, that are lit or not, and a cable that is whole or not. */
export interface Lamp {
  readonly name: string;
  readonly zone: string;
  lit: boolean;
  /** Whether its cable is whole: only who looks at the light itself sees that, not who asks whether it is switched on. */
  whole: boolean;
  /** Who changed it last; a fault of somebody else's shows here. */
  by: string;
}

export class LampWorld {
  readonly lamps: Lamp[];
  readonly commands: string[][] = [];
  readonly sent: Call[] = [];
  /** What programs of the author's do: a text is the error that they end with. */
  readonly failing = new Set<string>();
  /** Lamps whose cable stays broken when they are switched on again. */
  readonly frayed = new Set<string>();
  /** Called before a write takes effect; throws to make it fail. */
  onWrite: (call: Call) => void | Promise<void> = () => {};
  onRead: (call: Call) => void | Promise<void> = () => {};
  /** What the probe sees: how many lamps are lit. */
  light: () => number = () => this.lamps.filter(({ lit }) => lit).length;

  constructor(zones: readonly string[], perZone: number) {
    this.lamps = zones.flatMap((zone) =>
      Array.from({ length: perZone }, (_, index) => ({
        name: `${zone}${index + 1}`,
        zone,
        lit: true,
        whole: true,
        by: 'nobody',
      })),
    );
  }

  port(clock: Clock, account: Partial<Account> = {}): WritePort {
    const unused = () => Promise.reject(new Error('not part of this world'));
    return {
      clock,
      account: { ...ACCOUNT, ...account },
      read: async (call) => {
        await this.onRead(call);
        return (call.operation === 'DescribeLight' ? { lit: this.light() } : structuredClone(this.lamps)) as never;
      },
      write: async (call) => {
        await this.onWrite(call);
        this.sent.push(call);
        return this.apply(call) as never;
      },
      http: unused,
      dns: unused,
      tcp: unused,
      exec: unused,
    };
  }

  apply({ service, operation, input }: Call): Record<string, never> {
    if (service === 'command') {
      const command = input.command as string[];
      this.commands.push(command);
      const name = command.join(' ');
      if (this.failing.has(name)) throw new CallError('EXIT_3', `"${name}" ended with code 3`, { ambiguous: true });
      return {};
    }
    const lamp = this.lamps.find(({ name }) => name === input.name);
    if (!lamp) throw new CallError('NoSuchLamp', `there is no lamp ${String(input.name)}`);
    lamp.lit = operation === 'Light';
    lamp.whole = lamp.lit && !this.frayed.has(lamp.name);
    lamp.by = 'chaos';
    return {};
  }
}

const ACCOUNT: Account = {
  kind: 'embedded',
  name: 'embedded',
  instance: 'world-1',
  region: 'us-east-1',
  consistencyMs: 0,
  latenessMs: 1_000,
  attestation: 'control plane',
  nameServers: [],
};

const READ_LAMPS: Call<Lamp[]> = { service: 'ec2', operation: 'DescribeLamps', input: {} };
const READ_LIGHT: Call<{ lit: number }> = { service: 'ec2', operation: 'DescribeLight', input: {} };
const lampCall = (operation: 'Light' | 'Darken', name: string): Call => ({
  service: 'ec2',
  operation,
  input: { name },
});

const lampTarget = defineTarget({
  kind: 'lamp',
  summary: 'A lamp.',
  select: { zone: text({ doc: 'Its zone.' }).optional(), name: text({ doc: 'Its name.' }).optional() },
  find: async ({ zone, name }, host, signal) => {
    const lamps = await host.read(READ_LAMPS, signal);
    const chosen = lamps.filter((lamp) => (zone ?? lamp.zone) === lamp.zone && (name ?? lamp.name) === lamp.name);
    return chosen.map((lamp) => ({ name: lamp.name, zone: lamp.zone }));
  },
  name: ({ name }) => name,
  resource: ({ zone, name }) => [`zone ${zone}`, `lamp ${name}`],
  zone: ({ zone }) => zone,
});

const params = { heals: flag({ doc: 'Whether it heals by itself.' }).default(false) };
type Undo = { name: string; lit: boolean };

const stateOf = async (name: string, host: ReadPort, signal: AbortSignal) =>
  (await host.read(READ_LAMPS, signal)).find((lamp) => lamp.name === name);

/** Darkens by a call to the account. */
export const lampMeans = defineMeans(params)({
  target: lampTarget,
  fidelity: 'The lamp really goes dark.',
  landsWithinMs: 5_000,
  restoresWithinMs: 20_000,
  capture: async ({ name }: { name: string; zone: string }, _params, host, signal): Promise<Undo> => ({
    name,
    lit: (await stateOf(name, host, signal))?.lit ?? false,
  }),
  steps: ({ name }, _params, { lit }) => (lit ? [lampCall('Darken', name)] : []),
  restore: ({ name, lit }) => (lit ? [lampCall('Light', name)] : []),
  compare: async ({ name, lit }, host, signal): Promise<Standing> => {
    const lamp = await stateOf(name, host, signal);
    if (!lamp) return { is: 'vanished' };
    if (lamp.by === 'somebody else') return { is: 'changed', how: `${name} was changed by somebody else` };
    return { is: lamp.lit === lit ? 'restored' : 'harmed' };
  },
  attest: async ({ name }, host, signal) => {
    const lamp = await stateOf(name, host, signal);
    const bites = lamp !== undefined && !(lamp.lit && lamp.whole);
    return { bites, level: 'control plane', evidence: `${name} ${bites ? 'gives no light' : 'gives light'}` };
  },
});

const FAULT = {
  summary: 'Darken lamps.',
  details: 'They go dark.',
  params,
  example: '- { name: dark, fault: lamp.darken, select: { zone: a } }',
  manualRecovery: 'light it by hand',
  covers: ['dark'],
};

export const darken = defineFault({ ...FAULT, id: 'lamp.darken', reversal: 'reverts', means: { api: lampMeans } });
const smash = defineFault({
  ...FAULT,
  id: 'lamp.smash',
  reversal: 'permanent',
  means: { api: { ...lampMeans, restore: () => [] } },
});
const flicker = defineFault({
  ...FAULT,
  id: 'lamp.flicker',
  reversal: 'self-heals',
  means: { api: { ...lampMeans, restore: () => [] } },
});

/** Good while at least `atLeast` lamps are lit. */
export const litProbe = defineProbe({
  id: 'lamp.lit',
  summary: 'Count the lamps that are lit.',
  details: 'Counts.',
  params: {},
  output: { lit: { type: 'number', doc: 'How many are lit.' } },
  example: '- { name: light, probe: lamp.lit }',
  observe: async (_params, host, signal) => {
    const { lit } = await host.read(READ_LIGHT, signal);
    return { ok: lit > 0, ...(lit === 0 && { error: 'DARK' }), output: { lit } };
  },
});

const entry = <D extends { id: string; summary: string }>(one: D): CatalogEntry<D> => ({
  id: one.id,
  summary: one.summary,
  load: async () => one,
});

export const lampCatalog: Catalog = {
  faults: [darken, smash, flicker].map((fault) => entry(fault as Fault)),
  probes: [entry(litProbe)],
};
