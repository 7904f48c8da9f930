import * as z from 'zod';
import { flag, text } from '../kernel/schema.ts';

/** The rules that an output of a probe can be held to, by its type. */

const number = (doc: string) => z.number({ error: 'write a number' }).describe(doc).optional();

export const NUMBER_RULE = {
  equals: number('Exactly this.'),
  atLeast: number('This or more.'),
  atMost: number('This or less.'),
  above: number('More than this.'),
  below: number('Less than this.'),
};

export const TEXT_RULE = {
  equals: z.string({ error: 'write a text' }).describe('Exactly this.').optional(),
  matches: text({
    doc: 'A regular expression that its first 4096 characters hold; it cannot look around nor refer back.',
  }).optional(),
};

export const FLAG_RULE = { equals: flag({ doc: 'Exactly this.' }).optional() };
