import { catalog } from '../catalog/index.ts';
import { type CatalogEntry, DEFAULT_MEANS, type Fault, type Means, type Probe } from '../kernel/define.ts';
import { ChaosError } from '../kernel/errors.ts';
import { nearest } from '../kernel/suggest.ts';
import { type Paint, padEnd, wrap } from '../report/text.ts';
import { describeFields, type FieldView } from './fields-view.ts';

export type Kind = 'fault' | 'probe';

/** One row of `fault list` and `probe list`. */
export interface CatalogRow {
  readonly id: string;
  readonly summary: string;
}

export const listCatalog = (kind: Kind): CatalogRow[] => entriesOf(kind).map(({ id, summary }) => ({ id, summary }));

export function renderCatalog(rows: readonly CatalogRow[], width: number, paint: Paint): string {
  const room = Math.max(0, ...rows.map(({ id }) => id.length)) + 2;
  const indent = ' '.repeat(room);
  return rows
    .flatMap(({ id, summary }) => {
      const [first = '', ...rest] = wrap(summary, width, indent);
      return [paint.bold(padEnd(id, room)) + first.slice(room), ...rest];
    })
    .join('\n');
}

/** The declaration of that id. @throws ChaosError with the nearest id when there is none. */
export async function loadFault(id: string): Promise<Fault> {
  return (entryOf('fault', id) as CatalogEntry<Fault>).load();
}

/** The declaration of that id. @throws ChaosError with the nearest id when there is none. */
export async function loadProbe(id: string): Promise<Probe> {
  return (entryOf('probe', id) as CatalogEntry<Probe>).load();
}

/** What `fault show --json` prints. */
export function faultView({ id, summary, details, params, reversal, example, manualRecovery, covers, means }: Fault) {
  return {
    id,
    summary,
    details,
    reversal,
    covers,
    params: describeFields(params),
    means: Object.entries(means).map(([kind, how]) => ({ via: kind, ...meansView(how) })),
    example: example.trim(),
    manualRecovery,
    accounts: (Object.keys(DEFAULT_MEANS) as (keyof typeof DEFAULT_MEANS)[]).filter((account) =>
      DEFAULT_MEANS[account].some((kind) => means[kind] !== undefined),
    ),
  };
}

const meansView = ({ target, fidelity, landsWithinMs, restoresWithinMs }: Means) => ({
  target: target.kind,
  fidelity,
  select: describeFields(target.select),
  landsWithinMs,
  restoresWithinMs,
});

/** What `probe show --json` prints. */
export function probeView({ id, summary, details, params, output, example }: Probe) {
  const fieldsOfOutput = Object.entries(output).map(([name, { type, doc }]) => ({ name, type, doc }));
  return { id, summary, details, params: describeFields(params), output: fieldsOfOutput, example: example.trim() };
}

export function renderFault(view: ReturnType<typeof faultView>, width: number, paint: Paint): string {
  return [
    paint.bold(view.id),
    ...wrap(`${view.summary} ${view.details}`, width),
    '',
    ...wrap(`How it ends: ${REVERSAL[view.reversal]}`, width),
    ...wrap(`Stands for: ${view.covers.join(', ')}.`, width),
    ...wrap(`Runs on accounts of kind: ${view.accounts.join(', ')}.`, width),
    ...view.means.flatMap(({ via, target, fidelity, select }) => [
      '',
      paint.bold(`via ${via}, on ${target}`),
      ...wrap(fidelity, width, '  '),
      ...renderFields('select', select, width, paint),
    ]),
    '',
    ...wrap(TAKING, width),
    ...(view.params.length > 0 ? ['', ...renderFields('with', view.params, width, paint)] : []),
    ...renderExample(view.example, paint),
    '',
    ...wrap(`By hand, if this program cannot restore: ${view.manualRecovery}`, width),
  ].join('\n');
}

export function renderProbe(view: ReturnType<typeof probeView>, width: number, paint: Paint): string {
  return [
    paint.bold(view.id),
    ...wrap(`${view.summary} ${view.details}`, width),
    '',
    ...renderFields('with', view.params, width, paint),
    paint.bold('  tolerance'),
    ...view.output.flatMap(({ name, type, doc }) => wrap(`${name} (${type}): ${doc}`, width, '    ')),
    ...renderExample(view.example, paint),
  ].join('\n');
}

const REVERSAL: Record<Fault['reversal'], string> = {
  reverts: 'this program takes it back.',
  'self-heals': 'the system repairs itself; this program waits for that and says when it does not.',
  permanent: 'it stays. An experiment must say "allowPermanent: true".',
};

const TAKING =
  'Of what "select" matches, "count: 2" or "percent: 50%" takes some: the first, or with "choose: random" random ones.';

function renderFields(title: string, fields: readonly FieldView[], width: number, paint: Paint): string[] {
  const lines = fields.flatMap(({ name, form, doc, required, default: fallback }) => {
    const given = fallback === null ? (required ? ', required' : '') : `, ${JSON.stringify(fallback)} by default`;
    return wrap(`${name} (${form}${given}): ${doc}`, width, '    ');
  });
  return lines.length === 0 ? [] : [paint.bold(`  ${title}`), ...lines];
}

const renderExample = (example: string, paint: Paint): string[] => [
  '',
  paint.bold('Example'),
  ...example.split('\n').map((line) => `  ${line}`),
];

const entriesOf = (kind: Kind): readonly CatalogEntry<Fault | Probe>[] =>
  kind === 'fault' ? catalog.faults : catalog.probes;

function entryOf(kind: Kind, id: string): CatalogEntry<Fault | Probe> {
  const entries = entriesOf(kind);
  const entry = entries.find((candidate) => candidate.id === id);
  if (entry) return entry;
  const near = nearest(
    id,
    entries.map((candidate) => candidate.id),
  );
  throw new ChaosError({
    code: kind === 'fault' ? 'SPEC_UNKNOWN_FAULT' : 'SPEC_UNKNOWN_PROBE',
    what: `no ${kind} named "${id}"`,
    fix: `${near === undefined ? '' : `did you mean "${near}"? `}"chaos ${kind} list" shows all`,
  });
}
