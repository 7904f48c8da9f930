import { addNumbers, canonicalNumber, type DecimalProblem } from './decimal.ts';
import { invalid, invalidValues } from './errors.ts';
import { type Item, setOf, type Value } from './value.ts';

/** How deep lists and maps may be nested. */
const DEEPEST = 32;

const NUMBER_PROBLEMS: Readonly<Record<Exclude<DecimalProblem, 'not-a-number'>, string>> = {
  'too-precise': 'Attempting to store more than 38 significant digits in a Number',
  'too-large': 'Number overflow. Attempting to store a number with magnitude larger than supported range',
  'too-small': 'Number underflow. Attempting to store a number with magnitude smaller than supported range',
};

/** The attributes that a request holds. @throws Fault ValidationException for values that DynamoDB refuses. */
export const readItem = (given: object, depth = 0): Item =>
  Object.fromEntries(Object.entries(given).map(([name, value]) => [name, readValue(value as object, depth)]));

/** One value as a request holds it: bytes as such, numbers written in any way. */
export function readValue(given: object, depth = 0): Value {
  if (depth > DEEPEST) throw invalid('Nesting Levels have exceeded supported limits');
  const [entry] = Object.entries(given).filter(([, inner]) => inner !== undefined);
  if (!entry) throw invalid('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  const [type, value] = entry;
  switch (type) {
    case 'S':
      return { S: value };
    case 'N':
      return { N: readNumber(value) };
    case 'B':
      return { B: readBytes(value) };
    case 'BOOL':
      return { BOOL: value };
    case 'NULL':
      if (value !== true) throw invalidValues('Null attribute value types must have the value of true');
      return { NULL: true };
    case 'M':
      return { M: readItem(value, depth + 1) };
    case 'L':
      return { L: (value as object[]).map((inner) => readValue(inner, depth + 1)) };
    case 'SS':
      return { SS: readSet(value, 'SS', 'An string set  may not be empty') };
    case 'NS':
      return { NS: readSet((value as string[]).map(readNumber), 'NS', 'An number set  may not be empty') };
    default:
      return { BS: readSet((value as Uint8Array[]).map(readBytes), 'BS', 'Binary sets should not be empty') };
  }
}

function readNumber(text: string): string {
  return numberOf(canonicalNumber(text), text);
}

/** The sum of two canonical numbers, or their difference. */
export const sumOf = (a: string, b: string, sign: 1n | -1n): string => numberOf(addNumbers(a, b, sign), '');

function numberOf(read: ReturnType<typeof canonicalNumber>, text: string): string {
  if ('number' in read) return read.number;
  if (read.problem !== 'not-a-number') throw invalid(NUMBER_PROBLEMS[read.problem]);
  const why = `The parameter cannot be converted to a numeric value${text === '' ? '' : `: ${text.slice(0, 200)}`}`;
  throw invalid(why);
}

/** They come as bytes by the wire, and as base64 from who calls a step without it. */
const readBytes = (bytes: Uint8Array | string): string =>
  typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('base64');

function readSet(elements: readonly string[], type: 'SS' | 'NS' | 'BS', whyEmpty: string): readonly string[] {
  if (elements.length === 0) throw invalidValues(whyEmpty);
  if (new Set(elements).size < elements.length) {
    throw invalidValues(`Input collection [${elements.join(', ').slice(0, 200)}] contains duplicates.`);
  }
  return Object.values(setOf(type, elements))[0] as readonly string[];
}
