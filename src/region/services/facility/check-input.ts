import { Fault } from '../fault.ts';
import type { Step } from '../step.ts';

/** What a field of a facility call holds. `text?` and `texts?` may be absent. */
type FieldKind = 'text' | 'number' | 'object' | 'text?' | 'texts?' | 'number?';

/** The step, given only inputs whose fields hold what they must: the facility's JSON comes from outside. */
export const checked =
  <I, O>(fields: Readonly<Record<string, FieldKind>>, step: Step<I, O>): Step<I, O> =>
  (state, input, ctx) => {
    const given = input as Readonly<Record<string, unknown>>;
    for (const [name, kind] of Object.entries(fields)) {
      if (!holds(Object.hasOwn(given, name) ? given[name] : undefined, kind)) {
        throw new Fault('InvalidParameter', `The input needs "${name}": ${WORDS[kind]}.`, 400);
      }
    }
    return step(state, input, ctx);
  };

const WORDS: Readonly<Record<FieldKind, string>> = {
  text: 'a text that is not empty',
  number: 'a number',
  object: 'an object',
  'text?': 'a text, or nothing',
  'texts?': 'a list of texts, or nothing',
  'number?': 'a number, or nothing',
};

function holds(value: unknown, kind: FieldKind): boolean {
  switch (kind) {
    case 'text':
      return typeof value === 'string' && value !== '' && value.length <= 1_000;
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'number?':
      return value === undefined || holds(value, 'number');
    case 'object':
      return value !== null && typeof value === 'object' && !Array.isArray(value);
    case 'text?':
      return value === undefined || (typeof value === 'string' && value.length <= PATH_MAX);
    case 'texts?':
      return value === undefined || (Array.isArray(value) && value.every((one) => typeof one === 'string'));
  }
}

/** The longest path of any system that this runs on. */
const PATH_MAX = 4_096;
