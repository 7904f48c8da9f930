import type { Place, Problem } from '../kernel/errors.ts';

/** A target as the blast radius sees it. */
export interface Touched {
  /** The kind of target; its name is unique among those of its kind. */
  readonly kind: string;
  readonly name: string;
  /** The zone it stands in; undefined when it has none. */
  readonly zone?: string | undefined;
}

/**
 * Refuses a method that touches more targets, or more zones, than the experiment allows. A target that several steps
 * touch counts once. A target without a zone counts towards no zone. `seed`: with which some of them were chosen at random.
 */
export function checkBlastRadius(
  touched: readonly Touched[],
  radius: { readonly targets: number; readonly zones: number },
  { place, seed }: { readonly place?: Place | undefined; readonly seed?: number | undefined } = {},
): Problem[] {
  const targets = [...new Set(touched.map(({ kind, name }) => `${kind} ${name}`))].sort();
  const zones = [...new Set(touched.flatMap(({ zone }) => zone ?? []))].sort();
  return [
    ...exceeds('targets', targets, radius.targets, 'add "count: MOST" to the selector'),
    ...exceeds('zones', zones, radius.zones, 'add a zone to the selector'),
  ].map(({ what, ...rest }) => ({
    ...rest,
    what: seed === undefined ? what : `with the seed ${seed}, ${what}`,
    ...(place && { where: place }),
  }));
}

function exceeds(kind: 'targets' | 'zones', found: readonly string[], most: number, narrow: string): Problem[] {
  if (found.length <= most) return [];
  const shown = found.length > 5 ? `${found.slice(0, 5).join(', ')}, ...` : found.join(', ');
  return [
    {
      code: 'SAFETY_BLAST_RADIUS',
      what: `the method would touch ${found.length} ${kind} (${shown}), and the blast radius allows ${most}`,
      fix: `${narrow.replace('MOST', String(most))}, or set "blastRadius: { ${kind}: ${found.length} }" if that is meant`,
    },
  ];
}
