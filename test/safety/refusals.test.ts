import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkBlastRadius } from '../../src/safety/blast-radius.ts';
import { checkPermanent } from '../../src/safety/permanent.ts';

const machine = (name: string, zone?: string) => ({ kind: 'instance', name, zone });

describe('the blast radius', () => {
  test('is kept by as many targets and zones as it allows', () => {
    expect(checkBlastRadius([machine('a', 'z1'), machine('b', 'z1')], { targets: 2, zones: 1 })).toEqual([]);
    expect(checkBlastRadius([], { targets: 1, zones: 1 })).toEqual([]);
  });

  test('counts a target once however many steps touch it, and one without a zone towards no zone', () => {
    expect(checkBlastRadius([machine('a', 'z1'), machine('a', 'z1')], { targets: 1, zones: 1 })).toEqual([]);
    expect(checkBlastRadius([machine('a'), machine('b', 'z1')], { targets: 2, zones: 1 })).toEqual([]);
  });

  test('tells targets of different kinds apart even when they share a name', () => {
    const touched = [machine('a'), { kind: 'zone', name: 'a' }];
    expect(checkBlastRadius(touched, { targets: 1, zones: 1 })).toHaveLength(1);
  });

  test('refuses one target more, and one zone more, each with what would allow it', () => {
    const touched = [machine('a', 'z1'), machine('b', 'z2')];
    expect(checkBlastRadius(touched, { targets: 1, zones: 1 })).toEqual([
      {
        code: 'SAFETY_BLAST_RADIUS',
        what: 'the method would touch 2 targets (instance a, instance b), and the blast radius allows 1',
        fix: 'add "count: 1" to the selector, or set "blastRadius: { targets: 2 }" if that is meant',
      },
      {
        code: 'SAFETY_BLAST_RADIUS',
        what: 'the method would touch 2 zones (z1, z2), and the blast radius allows 1',
        fix: 'add a zone to the selector, or set "blastRadius: { zones: 2 }" if that is meant',
      },
    ]);
  });

  test('is never kept by more distinct targets than it allows, whatever the order', () => {
    const names = fc.array(fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 3 })), { maxLength: 30 });
    fc.assert(
      fc.property(names, fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 4 }), (touched, targets, zones) => {
        // A target stands in one zone: its own number decides which.
        const all = touched.map(([name]) => machine(`i-${name}`, `z${name % 4}`));
        const kept =
          new Set(all.map(({ name }) => name)).size <= targets && new Set(all.map(({ zone }) => zone)).size <= zones;
        expect(checkBlastRadius(all, { targets, zones }).length === 0).toBe(kept);
        expect(checkBlastRadius(all.toReversed(), { targets, zones })).toEqual(
          checkBlastRadius(all, { targets, zones }),
        );
      }),
      { seed: 4, numRuns: 300 },
    );
  });
});

describe('permanent steps', () => {
  const steps = [
    { name: 'stop', reversal: 'reverts' },
    { name: 'terminate', reversal: 'permanent', place: { file: 'a', line: 1, column: 1, width: 1, text: 'x' } },
    { name: 'kill', reversal: 'self-heals' },
  ] as const;

  test('are refused unless the experiment allows them', () => {
    expect(checkPermanent(steps, false)).toMatchObject([
      { code: 'SAFETY_PERMANENT', what: 'nothing reverts the step "terminate"', where: { line: 1 } },
    ]);
    expect(checkPermanent(steps, true)).toEqual([]);
  });
});
