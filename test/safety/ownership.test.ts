import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkOwnership, type OwnershipFacts } from '../../src/safety/ownership.ts';

const OWNED: OwnershipFacts = {
  pid: 4_000,
  uid: 1_000,
  startTime: '777',
  expectedStartTime: '777',
  self: { pid: 3_000, uid: 1_000, ancestors: [2_000, 1] },
};
const { uid: _uid, ...withoutOwner } = OWNED;
const { startTime: _startTime, ...dead } = OWNED;

describe('ownership of a process', () => {
  test('a process of the same user that is no ancestor may be touched', () =>
    expect(checkOwnership(OWNED)).toEqual([]));

  test.each<[string, OwnershipFacts, string]>([
    ['pid 1', { ...OWNED, pid: 1 }, 'is not a process that may be touched'],
    ['every process of the group', { ...OWNED, pid: 0 }, 'is not a process that may be touched'],
    ['every process there is', { ...OWNED, pid: -1 }, 'is not a process that may be touched'],
    ['no number', { ...OWNED, pid: Number.NaN }, 'is not a process that may be touched'],
    ['this program', { ...OWNED, pid: 3_000 }, 'is this very program'],
    ['its parent', { ...OWNED, pid: 2_000 }, 'is an ancestor of this program'],
    ['one that may be an ancestor', { ...OWNED, self: { pid: 3_000, uid: 1_000 } }, 'may be an ancestor'],
    ['a dead one', dead, 'does not exist'],
    ['a later one with the same number', { ...OWNED, startTime: '778' }, 'is not the process that is meant'],
    ['one of another user', { ...OWNED, uid: 0 }, 'belongs to another user (uid 0)'],
    ['one of an unknown user', withoutOwner, 'has an owner that could not be found out'],
    ['one for an unknown user', { ...OWNED, self: { pid: 3_000, ancestors: [] } }, 'has an owner that could not'],
  ])('%s is refused', (_what, facts, reason) => {
    expect(checkOwnership(facts)).toMatchObject([
      { code: 'SAFETY_OWNERSHIP', what: expect.stringContaining(`process ${facts.pid} ${reason}`) },
    ]);
  });

  test('whatever passes is of the same user, that very process, and neither this program nor above it', () => {
    const small = fc.integer({ min: -1, max: 6 });
    const facts = fc.record({
      pid: small,
      uid: small,
      startTime: small,
      meant: small,
      self: small,
      selfUid: small,
      up: fc.array(small),
    });
    fc.assert(
      fc.property(facts, ({ pid, uid, startTime, meant, self, selfUid, up }) => {
        const problems = checkOwnership({
          pid,
          uid,
          startTime: String(startTime),
          expectedStartTime: String(meant),
          self: { pid: self, uid: selfUid, ancestors: up },
        });
        const owned = pid > 1 && pid !== self && !up.includes(pid) && uid === selfUid && startTime === meant;
        expect(problems.length === 0).toBe(owned);
      }),
      { seed: 5, numRuns: 2_000 },
    );
  });
});
