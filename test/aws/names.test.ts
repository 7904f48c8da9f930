import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalName, displayName, hostedZoneId, isWithin } from '../../src/aws/names.ts';

test('two spellings of a name are one: case, the dot at the end, the escape of a wildcard', () => {
  expect(canonicalName('Shop.Example')).toBe('shop.example.');
  expect(canonicalName('shop.example.')).toBe('shop.example.');
  expect(canonicalName('*.shop.example')).toBe('\\052.shop.example.');
  expect(canonicalName('\\052.shop.example.')).toBe('\\052.shop.example.');
  expect(displayName('\\052.shop.example.')).toBe('*.shop.example');
});

test('the canonical spelling is its own canonical spelling, and shows as what was written', () => {
  const label = fc.stringMatching(/^[a-z0-9_-]{1,12}$/);
  const names = fc.array(label, { minLength: 1, maxLength: 5 }).map((labels) => labels.join('.'));
  fc.assert(
    fc.property(names, (name) => {
      const once = canonicalName(name);
      expect(canonicalName(once)).toBe(once);
      expect(displayName(once)).toBe(name);
    }),
    { seed: 1 },
  );
});

test('a name lies in its domain by whole labels', () => {
  expect(isWithin('a.shop.example', 'shop.example.')).toBe(true);
  expect(isWithin('shop.example', 'shop.example')).toBe(true);
  expect(isWithin('workshop.example', 'shop.example')).toBe(false);
  expect(isWithin('shop.example', 'a.shop.example')).toBe(false);
});

test('the id of a hosted zone has no prefix', () => {
  for (const id of ['Z1', '/hostedzone/Z1', 'hostedzone/Z1']) expect(hostedZoneId(id)).toBe('Z1');
});
