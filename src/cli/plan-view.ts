import { describeCall } from '../kernel/call.ts';
import { renderDuration } from '../kernel/units.ts';
import { oneLine } from '../kernel/visible.ts';
import { describeLength } from '../report/lines.ts';
import { chosenWith } from '../report/seed.ts';
import { count, type Paint, wrap } from '../report/text.ts';
import type { PlannedExperiment } from './plan.ts';

/** A plan as a person reads it before saying yes. */
export function renderPlan(plan: PlannedExperiment, width: number, paint: Paint): string {
  const { title, file, account, injections, permissions, seed } = plan;
  return [
    ...wrap(title, width).map(paint.bold),
    ...wrap(`${file}, account ${account.name} (${account.kind})`, width).map(paint.dim),
    ...wrap(describeSize(plan), width),
    ...(seed === undefined ? [] : wrap(chosenWith(seed), width)),
    ...injections.flatMap((injection) => renderInjection(injection, width, paint)),
    ...(permissions.length > 0
      ? ['', paint.bold('Permissions that the calls need'), ...wrap(permissions.join(', '), width, '  ')]
      : []),
    '',
    'Nothing was changed.',
  ].join('\n');
}

/** The one line that --quiet prints. */
export const renderPlanLine = (plan: PlannedExperiment): string => oneLine(`${plan.file}: ${describeSize(plan)}`);

const describeSize = (plan: PlannedExperiment): string =>
  `${count(plan.injections.length, 'injection')}, ${describeLength(plan)}`;

function renderInjection(
  injection: PlannedExperiment['injections'][number],
  width: number,
  paint: Paint,
): readonly string[] {
  const { fault, target, zone, means, forMs, fidelity, calls, restoreCalls, reversal } = injection;
  const where = zone === undefined || zone === target ? '' : ` in ${zone}`;
  const long = forMs === undefined ? 'until the method ends' : `for ${renderDuration(forMs)}`;
  const lines = (title: string, texts: readonly string[]) =>
    texts.flatMap((text, index) => wrap(`${index === 0 ? title : ' '.repeat(title.length)}${text}`, width, '    '));
  return [
    '',
    ...wrap(`${fault} on ${target}${where}, ${long}, via ${means}`, width, '  ').map(paint.bold),
    ...lines('sends ', calls.length > 0 ? calls.map(describeCall) : ['nothing: it is already so']),
    ...(reversal === 'permanent'
      ? lines('undo  ', ['none: this is permanent'])
      : lines('undo  ', restoreCalls.length > 0 ? restoreCalls.map(describeCall) : ['it heals by itself; waited for'])),
    ...lines('real? ', [fidelity]).map(paint.dim),
  ];
}
