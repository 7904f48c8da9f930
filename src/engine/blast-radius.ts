import type { BlastRadius } from '../experiment/experiment.ts';
import type { Problem } from '../kernel/errors.ts';

/** Whether a method touches more targets, or more zones, than the experiment allows. */
export function checkBlastRadius(
  { targets, zones }: BlastRadius,
  touched: readonly { readonly kind: string; readonly name: string; readonly zone: string | undefined }[],
): readonly Problem[] {
  const names = [...new Set(touched.map(({ kind, name }) => `${kind} ${name}`))];
  const where = [...new Set(touched.flatMap(({ zone }) => zone ?? []))];
  const problems: Problem[] = [];
  const fix = 'select fewer, give the step a "count", or allow more in "blastRadius"';
  if (names.length > targets) {
    const what = `the method touches ${names.length} targets and its blast radius allows ${targets}`;
    problems.push({ code: 'SAFETY_BLAST_RADIUS', what, fix });
  }
  if (where.length > zones) {
    const what = `the method touches ${where.length} zones and its blast radius allows ${zones}`;
    problems.push({ code: 'SAFETY_BLAST_RADIUS', what, fix });
  }
  return problems;
}
