import { z } from 'zod';
import {
  type Catalog,
  type CatalogEntry,
  defineFault,
  defineMeans,
  defineProbe,
  defineTarget,
  type Fault,
  type Probe,
} from '../../src/kernel/define.ts';
import { duration, flag, integer, mapOf, oneOf, text } from '../../src/kernel/schema.ts';

/** A few faults and probes with every kind of field, for tests of the language: nothing in here acts. */

const instance = defineTarget({
  kind: 'instance',
  summary: 'A machine.',
  select: {
    id: text({ doc: 'Its id.' }).optional(),
    zone: text({ doc: 'Its zone, by id or name.' }).optional(),
    tag: mapOf(text({ doc: 'A value.' }), { doc: 'Tags that it has.' }).optional(),
    state: oneOf(['running', 'stopped'], { doc: 'Its state.' }).optional(),
  },
  find: async () => [],
  name: (target: { id: string }) => target.id,
  resource: ({ id }) => [`instance ${id}`],
});

const zone = defineTarget({
  kind: 'zone',
  summary: 'An availability zone.',
  select: { zone: text({ doc: 'The zone, by id or name.' }) },
  find: async () => [],
  name: (target: { zone: string }) => target.zone,
  resource: ({ zone: id }) => [`zone ${id}`],
});

const params = {
  force: flag({ doc: 'Without a chance to shut down.' }).prefault(false),
  grace: duration({ doc: 'Time to shut down.', min: '1s', max: '5m' }).prefault('10s'),
};

const inert = {
  fidelity: 'Nothing happens.',
  capture: async () => ({}),
  steps: () => [],
  restore: () => [],
  compare: async () => ({ is: 'restored' as const }),
  attest: async () => ({ bites: false, level: 'control plane' as const, evidence: 'Nothing was seen.' }),
  landsWithinMs: 1_000,
  restoresWithinMs: 1_000,
};

const words = { details: 'For tests.', example: '', manualRecovery: 'Nothing to do.', covers: [] };

export const faults: readonly Fault[] = [
  defineFault({
    id: 'az.power-loss',
    summary: 'Cuts the power of a zone.',
    params: {},
    reversal: 'reverts',
    ...words,
    means: { facility: defineMeans({})({ target: zone, ...inert }) },
  }),
  defineFault({
    id: 'aws.ec2.stop-instances',
    summary: 'Stops instances.',
    params,
    reversal: 'reverts',
    ...words,
    means: { api: defineMeans(params)({ target: instance, ...inert }) },
  }),
  defineFault({
    id: 'aws.ec2.terminate-instances',
    summary: 'Terminates instances.',
    params: {},
    reversal: 'permanent',
    ...words,
    means: { api: defineMeans({})({ target: instance, ...inert }) },
  }),
  defineFault({
    id: 'host.kill-process',
    summary: 'Kills a process.',
    params: { signal: oneOf(['SIGTERM', 'SIGKILL'], { doc: 'Which signal.' }).prefault('SIGKILL') },
    reversal: 'self-heals',
    ...words,
    means: { host: defineMeans({})({ target: instance, ...inert }) },
  }),
] as unknown as readonly Fault[];

const observe = async () => ({ ok: true, output: {} });

export const probes: readonly Probe[] = [
  defineProbe({
    id: 'http',
    summary: 'Sends one HTTP request.',
    details: 'For tests.',
    params: {
      url: text({ doc: 'Absolute URL.' }).refine(
        (value) => URL.canParse(value),
        'write a URL, such as http://shop.example/',
      ),
      method: oneOf(['GET', 'HEAD', 'POST'], { doc: 'HTTP method.' }).prefault('GET'),
      headers: mapOf(text({ doc: 'A value.' }), { doc: 'Headers.' }).prefault({}),
      expect: z
        .strictObject({ status: integer({ doc: 'Status.', min: 100, max: 599 }).optional() })
        .describe('What is success.')
        .optional(),
    },
    output: { status: { type: 'number', doc: 'Status code.' }, body: { type: 'text', doc: 'The first 64 KiB.' } },
    example: '',
    observe,
  }),
  defineProbe({
    id: 'dns',
    summary: 'Asks for a name.',
    details: 'For tests.',
    params: {
      name: text({ doc: 'The name.' }),
      type: oneOf(['A', 'AAAA', 'TXT'], { doc: 'Type of record.' }).prefault('A'),
      port: integer({ doc: 'Port of the server.', min: 1, max: 65_535 }).optional(),
    },
    output: {
      answers: { type: 'number', doc: 'How many records.' },
      code: { type: 'text', doc: 'Response code.' },
      truncated: { type: 'flag', doc: 'Whether the answer was cut.' },
    },
    example: '',
    observe,
  }),
] as unknown as readonly Probe[];

const entries = <D extends { id: string; summary: string }>(all: readonly D[]): CatalogEntry<D>[] =>
  all.map((one) => ({ id: one.id, summary: one.summary, load: async () => one }));

export const smallCatalog: Catalog = { faults: entries(faults), probes: entries(probes) };
