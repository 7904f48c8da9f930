import { describe, expect, test } from 'vitest';
import { mayRunAway } from '../../src/experiment/safe-pattern.ts';

describe('a pattern that may run away', () => {
  test.each([
    '^(a+)+$',
    '(a*)*',
    '(?:a+)+b',
    '(?<name>a+)*',
    '([a-z]+)*$',
    '(a+){20}',
    '(a?){40}',
    '((a+)b?)+',
    '((a{1,9}){1,9}){2}',
    '(x+x+)+y',
    '(a|a)*$',
    '(a|ab)*$',
    '(\\w|\\d)+$',
    '(.|x)+',
    '(|a)+',
    '(a+)+?',
    '(\\)a+)+',
    '([)]a+)+',
    '(\\u{61}+)+',
  ])('is %s', (pattern) => expect(mayRunAway(pattern)).toBe(true));
});

describe('a pattern that does not', () => {
  test.each([
    '^ok',
    'a+b*c?',
    '^(\\d{1,3}\\.){3}\\d{1,3}$',
    '(foo|bar)+',
    '(ab+)?',
    '(a|a)',
    '[(a+)+]',
    '\\(a+\\)+',
    '(abc)+',
    '(a{3})+',
    '"version":"(\\d+)\\.(\\d+)"',
    '^(https?|ftp)://',
    '\\p{L}+',
  ])('is %s', (pattern) => expect(mayRunAway(pattern)).toBe(false));
});
