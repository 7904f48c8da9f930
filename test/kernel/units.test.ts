import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  parseDurationMs,
  parseRatePerSecond,
  parseShare,
  renderDuration,
  renderShare,
} from '../../src/kernel/units.ts';

describe('durations', () => {
  test.each([
    ['500ms', 500],
    ['90s', 90_000],
    ['1.5s', 1_500],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    ['0s', 0],
  ])('%s is %d ms', (text, ms) => expect(parseDurationMs(text)).toBe(ms));

  test.each(['', '5', 's', '5 s', '-5s', '5S', '1m30s', '1e3s', '.5s', '5.s', ' 5s', '5s ', '5s\n', '5min', '٥s'])(
    '%j is none',
    (text) => expect(parseDurationMs(text)).toBeUndefined(),
  );

  test.each([
    [250, '250ms'],
    [1_500, '1.5s'],
    [90_000, '90s'],
    [600_000, '10m'],
    [86_400_000, '24h'],
  ])('%d ms is shown as %s', (ms, text) => expect(renderDuration(ms)).toBe(text));

  test('what is shown is a duration again, within what was rounded away', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 86_400_000 }), (ms) => {
        const back = parseDurationMs(renderDuration(ms)) ?? Number.NaN;
        expect(Math.abs(back - ms)).toBeLessThanOrEqual(Math.max(0.5, ms * 0.05));
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});

describe('shares and rates', () => {
  test.each([
    ['99.5%', 0.995],
    ['0%', 0],
    ['100%', 1],
    ['100.1%', undefined],
    ['0.99', undefined],
    ['-1%', undefined],
  ])('the share %s is %s', (text, share) => expect(parseShare(text)).toBe(share));

  test('every share with up to three decimals is the number nearest to it, and exactly met by what it asks for', () => {
    for (let thousandths = 0; thousandths <= 100_000; thousandths++) {
      const share = parseShare(`${thousandths / 1_000}%`) ?? Number.NaN;
      if (share !== thousandths / 100_000) expect(share, `${thousandths / 1_000}%`).toBe(thousandths / 100_000);
    }
    expect(parseShare('99.9%')).toBe(0.999);
  });

  test.each([
    ['50/s', 50],
    ['30/m', 0.5],
    ['36/h', 0.01],
    ['50', undefined],
    ['50/d', undefined],
    ['50 /s', undefined],
  ])('the rate %s is %s per second', (text, rate) => expect(parseRatePerSecond(text)).toBe(rate));

  test('a share below one is never shown as 100%', () => {
    expect([1, 0.99999, 0.9984, 0.5].map(renderShare)).toEqual(['100%', '99.99%', '99.84%', '50%']);
  });
});
