import { describe, expect, test } from 'vitest';
import { afterCheck, reportOf, type TargetHealth, UNCHECKED } from '../../../../src/region/plane/balancer/health.ts';

const limits = { healthyThreshold: 3, unhealthyThreshold: 2 };
/** `+` a check that passes, `-` one that times out. */
const checked = (checks: string, from = UNCHECKED) =>
  [...checks].reduce((health, check) => afterCheck(health, check === '+' ? undefined : 'Target.Timeout', limits), from);

describe('a target', () => {
  test.each([
    ['', 'initial'],
    ['+', 'healthy'],
    ['-', 'initial'],
    ['--', 'unhealthy'],
    ['-+', 'healthy'],
    ['+-', 'healthy'],
    ['+--', 'unhealthy'],
    ['+-+-', 'healthy'],
    ['--+', 'unhealthy'],
    ['--++', 'unhealthy'],
    ['--+++', 'healthy'],
    ['--++-++', 'unhealthy'],
    ['--++-+++', 'healthy'],
  ])('after %s is %s', (checks, state) => expect(checked(checks).state).toBe(state));

  test('that is unhealthy says why the last check failed', () => {
    const refused = afterCheck(checked('+--'), 'Target.ResponseCodeMismatch', limits);
    expect(checked('--').reason).toBe('Target.Timeout');
    expect(refused).toMatchObject({ state: 'unhealthy', reason: 'Target.ResponseCodeMismatch' });
    expect(checked('+').reason).toBe('');
  });
});

test('nodes that disagree report what most of them think, and of a tie the worse', () => {
  const [yes, no]: TargetHealth[] = [checked('+'), checked('--')];
  const report = (...views: (TargetHealth | undefined)[]) => reportOf(views.flatMap((view) => view ?? [])).state;
  expect([report(yes, yes, no), report(yes, no), report(no, no, yes), report(yes, UNCHECKED), report()]).toEqual([
    'healthy',
    'unhealthy',
    'unhealthy',
    'initial',
    'initial',
  ]);
});
