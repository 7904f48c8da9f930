import { describe, expect, test } from 'vitest';
import { nearest, suggest } from '../../src/kernel/suggest.ts';

describe('did you mean', () => {
  test.each([
    ['mehtod', ['method', 'with'], 'method'],
    ['zoen', ['zone', 'name'], 'zone'],
    ['aws.ec2.stop-instance', ['aws.ec2.stop-instances', 'aws.ec2.terminate-instances'], 'aws.ec2.stop-instances'],
    ['az.power_loss', ['az.power-loss'], 'az.power-loss'],
    ['TITLE', ['title'], 'title'],
    ['az.powr', ['az.power-loss', 'aws.ec2.stop-instances'], 'az.power-loss'],
    ['aws.ec2.stop', ['aws.ec2.stop-instances', 'aws.ec2.terminate-instances'], 'aws.ec2.stop-instances'],
  ])('%s: %s', (word, candidates, expected) => expect(nearest(word, candidates)).toBe(expected));

  test.each([
    ['HOME', ['zone']],
    ['colour', ['title', 'method']],
    ['mean', ['max']],
    ['aws.ec2', ['aws.ec2.stop-instances', 'aws.ec2.terminate-instances']],
    ['re', ['recover']],
    ['', ['a', 'title']],
    ['x', []],
  ])('%j is near none of %j', (word, candidates) => expect(nearest(word, candidates)).toBeUndefined());

  test('a fix names the nearest word, else all of them once, else says to remove it', () => {
    expect(suggest('titel', ['title', 'method'])).toBe('did you mean "title"?');
    expect(suggest('colour', ['title', 'method', 'title'])).toBe('use one of: title, method');
    expect(suggest('colour', [])).toBe('remove it');
  });

  test('a word of a hundred thousand letters is answered at once', () => {
    expect(nearest('x'.repeat(100_000), ['title', 'y'.repeat(100_000)].slice(0, 1))).toBeUndefined();
  });
});
