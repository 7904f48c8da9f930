/**
 * Numbers as DynamoDB has them: decimal, with 38 significant digits, from 1E-130 to 9.99...E+125 in magnitude. Floating
 * point numbers cannot hold them.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
 */
interface Decimal {
  /** Without zeros at its end; 0n for zero. */
  readonly digits: bigint;
  readonly exponent: number;
}

export type DecimalProblem = 'not-a-number' | 'too-precise' | 'too-large' | 'too-small';

const MOST_DIGITS = 38;
const LARGEST_MAGNITUDE = 125;
const SMALLEST_MAGNITUDE = -130;
const FORM = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?$/;

/** The one way to write a number, in plain digits without an exponent; or what is wrong with it. */
export function canonicalNumber(text: string): { readonly number: string } | { readonly problem: DecimalProblem } {
  const decimal = parse(text);
  return decimal ? checked(decimal) : { problem: 'not-a-number' };
}

/** The sum of two canonical numbers, or their difference; or what is wrong with it. */
export function addNumbers(a: string, b: string, sign: 1n | -1n = 1n): ReturnType<typeof canonicalNumber> {
  const [one, other] = [parse(a), parse(b)];
  if (!one || !other) return { problem: 'not-a-number' };
  const exponent = Math.min(one.exponent, other.exponent);
  return checked(normal(scaled(one, exponent) + sign * scaled(other, exponent), exponent));
}

/** The order of two canonical numbers. */
export function compareNumbers(a: string, b: string): number {
  if (a === b) return 0;
  // Whatever has so few characters is exact as a floating point number.
  if (a.length <= EXACT && b.length <= EXACT) return Number(a) - Number(b);
  const [one, other] = [parse(a) ?? ZERO, parse(b) ?? ZERO];
  const exponent = Math.min(one.exponent, other.exponent);
  const difference = scaled(one, exponent) - scaled(other, exponent);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** How many significant digits a canonical number has, which says how much room it takes. */
export const significantDigits = (text: string): number => magnitudeDigits((parse(text) ?? ZERO).digits).length;

const ZERO: Decimal = { digits: 0n, exponent: 0 };
const EXACT = 15;

function parse(text: string): Decimal | undefined {
  const [, sign, whole = '', fraction = '', power = '0'] = FORM.exec(text) ?? [];
  if (sign === undefined || whole + fraction === '') return undefined;
  const all = `${whole}${fraction}`.replace(/^0+/, '');
  const digits = withoutZerosAtTheEnd(all);
  if (digits === '') return ZERO;
  const exponent = Number(power) - fraction.length + all.length - digits.length;
  // No more is needed to see that it is too precise; a great many would take long.
  const kept = BigInt(digits.slice(0, MOST_DIGITS + 1));
  return { digits: sign === '-' ? -kept : kept, exponent: exponent + Math.max(0, digits.length - MOST_DIGITS - 1) };
}

/** A pattern would take quadratic time. */
function withoutZerosAtTheEnd(text: string): string {
  let { length } = text;
  while (length > 0 && text[length - 1] === '0') length--;
  return text.slice(0, length);
}

function checked(decimal: Decimal): ReturnType<typeof canonicalNumber> {
  const { digits, exponent } = decimal;
  if (digits === 0n) return { number: '0' };
  const { length } = magnitudeDigits(digits);
  const magnitude = exponent + length - 1;
  if (magnitude > LARGEST_MAGNITUDE) return { problem: 'too-large' };
  if (magnitude < SMALLEST_MAGNITUDE) return { problem: 'too-small' };
  if (length > MOST_DIGITS) return { problem: 'too-precise' };
  return { number: plain(decimal) };
}

function plain({ digits, exponent }: Decimal): string {
  const sign = digits < 0n ? '-' : '';
  const text = magnitudeDigits(digits);
  if (exponent >= 0) return `${sign}${text}${'0'.repeat(exponent)}`;
  const whole = text.slice(0, Math.max(0, text.length + exponent)) || '0';
  return `${sign}${whole}.${text.slice(Math.max(0, text.length + exponent)).padStart(-exponent, '0')}`;
}

function normal(digits: bigint, exponent: number): Decimal {
  if (digits === 0n) return ZERO;
  const text = digits.toString();
  const kept = withoutZerosAtTheEnd(text);
  return { digits: BigInt(kept), exponent: exponent + text.length - kept.length };
}

const magnitudeDigits = (digits: bigint): string => (digits < 0n ? -digits : digits).toString();
const scaled = ({ digits, exponent }: Decimal, to: number): bigint => digits * 10n ** BigInt(exponent - to);
