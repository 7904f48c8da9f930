import * as z from 'zod';
import { OBSERVATION_MAX_MS, SEED_MAX } from '../kernel/bounds.ts';
import type { MeansKind } from '../kernel/define.ts';
import { anything, duration, flag, integer, listOf, mapOf, oneOf, rate, share, text } from '../kernel/schema.ts';
import { renderDuration } from '../kernel/units.ts';

/** The keys of an experiment, each declared once: validation, JSON Schema and help derive from these. */

/** A value that must be there and is checked by rules of its own. */
const required = (doc: string, hint: string) => anything({ doc }).refine((value) => value !== undefined, hint);

/** A text for an environment or a tag: numbers and booleans are taken as they are written. */
export const plain = ({ doc }: { doc: string }) =>
  z
    .union([z.string(), z.number(), z.boolean()], { error: 'write a text' })
    .transform((value) => String(value))
    .describe(doc);

export const EXPERIMENT = {
  version: z.literal(1, { error: 'write 1' }).describe('Version of the language.'),
  title: text({ doc: 'What the experiment claims, in one sentence.' }),
  description: text({ doc: 'Why it matters, for whoever reads the report.' }).optional(),
  account: text({ doc: 'The account it runs on; "embedded" by default.' }).optional(),
  blueprint: text({ doc: 'The region to build, as a path relative to this file.' }).optional(),
  parameters: anything({ doc: 'Values that --set and accounts may change, used as ${name}.' }),
  steadyStateHypothesis: required('What should stay true.', 'list the probes that show what should stay true'),
  blastRadius: anything({ doc: 'How far the method may go; one target in one zone by default.' }),
  stopConditions: anything({ doc: 'Probes that end the run at once when their tolerance is violated.' }),
  method: required('What goes wrong, step by step.', 'list the steps, such as "- fault: az.power-loss"'),
  rollbacks: anything({ doc: 'Programs that run at the end, besides the undo that every fault derives.' }),
  allowPermanent: flag({ doc: 'Permits steps that nothing can revert.' }).optional(),
  seed: integer({
    doc: 'Repeats the random choices of an earlier run; --seed outranks it. Made anew for each run by default.',
    max: SEED_MAX,
  }).optional(),
};

export const HYPOTHESIS = {
  title: text({ doc: 'The hypothesis in one sentence.' }).optional(),
  probes: required('The observations that show it.', 'list at least one probe'),
  baseline: duration({
    doc: 'How long it is measured before the method begins. 5s, or longer if the claims need it.',
    min: '1ms',
    max: '1h',
  }).optional(),
  recoverWithin: duration({ doc: 'How soon after the reverts it must be true again.', max: '1d' }).prefault('30s'),
  stay: duration({
    doc: 'How long it must stay true then. 3s, or longer if the claims need it.',
    min: '1ms',
    max: '1h',
  }).optional(),
};

export const PROBE_USE = {
  name: text({ doc: 'A name that no other probe has.' }),
  probe: text({ doc: 'Which probe; "chaos probe list" shows all.' }),
  with: anything({ doc: 'Its parameters, and its rate and timeout.' }),
  tolerance: required('What its samples must look like.', 'write a rule, such as { success: { atLeast: 99% } }'),
};
export const HYPOTHESIS_PROBE = {
  ...PROBE_USE,
  during: anything({ doc: 'Judged instead of the tolerance while the method runs.' }),
};

/** Common to every probe, written inside `with`. */
export const SAMPLING = {
  rate: rate({ doc: 'Observations per second. 10/s for http, 2/s for the others by default.' }).optional(),
  timeout: duration({
    doc: 'A sample that is not answered by then has failed.',
    min: '1ms',
    max: renderDuration(OBSERVATION_MAX_MS),
  }).prefault('2s'),
};

export const BLAST_RADIUS = {
  targets: integer({ doc: 'How many targets the whole method may touch.', min: 1 }).prefault(1),
  zones: integer({ doc: 'In how many zones.', min: 1 }).prefault(1),
};

export const PARAMETER_TYPES = ['string', 'number', 'boolean', 'duration', 'share', 'rate'] as const;
export const PARAMETER = {
  type: oneOf(PARAMETER_TYPES, { doc: 'What values it takes.' }),
  default: anything({ doc: 'Its value unless one is set. Without it, a value must be set.' }),
  description: text({ doc: 'What it is for.' }).optional(),
  allowed: listOf(z.unknown(), { doc: 'The only values it takes.', min: 1, max: 100 }).optional(),
};

const MEANS = ['api', 'fis', 'ssm', 'facility', 'host', 'docker'] as const satisfies readonly MeansKind[];
const STEP = {
  name: text({ doc: 'A name that no other step has.' }).optional(),
  after: duration({ doc: 'Waits this long before it begins.', max: '1d' }).prefault('0ms'),
};
const held = duration({
  doc: 'How long it stays in place; until the method ends by default.',
  min: '1ms',
  max: '1d',
}).optional();
const words = (doc: string) => listOf(text({ doc: 'A program or an argument.' }), { doc, min: 1, max: 1_000 });
const PROGRAM = {
  cwd: text({ doc: 'The folder it runs in; the folder of this file by default.' }).optional(),
  env: mapOf(plain({ doc: 'A value.' }), { doc: 'Its environment, besides what reaches the account.' }).prefault({}),
  timeout: duration({ doc: 'It is ended after this long.', min: '1ms', max: '1h' }).prefault('60s'),
};

const CHOICES = ['first', 'random'] as const;
/** Common to every selector: which of the matches are taken. */
export const TAKE = {
  count: integer({ doc: 'At most so many of the matches; all of them by default.', min: 1 }).optional(),
  percent: share({ doc: 'Instead of a count, a share of the matches: rounded down, and at least one.' })
    .refine((value) => value > 0, 'write a percentage above 0%, such as 50%')
    .optional(),
  choose: oneOf(CHOICES, {
    doc: 'Which ones: the first in a stable order, which is the default, or random ones, which a seed repeats.',
  }).optional(),
};

/** A step does one of four things; the key that says which is its discriminator. */
export const STEPS = {
  fault: {
    ...STEP,
    fault: text({ doc: 'Which fault; "chaos fault list" shows all.' }),
    select: anything({ doc: 'Which targets; everything by default. "count" or "percent" takes some of them.' }),
    with: anything({ doc: 'The parameters of the fault.' }),
    for: held,
    via: oneOf(MEANS, { doc: 'How it is injected; the kind of the account decides by default.' }).optional(),
  },
  wait: { ...STEP, wait: duration({ doc: 'Does nothing for this long.', min: '1ms', max: '1d' }) },
  parallel: { ...STEP, parallel: anything({ doc: 'Steps that begin together.' }) },
  command: {
    ...STEP,
    command: words('A program and its arguments; no shell reads them.'),
    undo: words('The program that reverts it.').optional(),
    permanent: flag({ doc: 'Says that nothing reverts it.' }).optional(),
    for: held,
    ...PROGRAM,
  },
};

export const ROLLBACK = {
  name: text({ doc: 'A name for the report.' }).optional(),
  command: words('A program and its arguments.'),
  ...PROGRAM,
};
