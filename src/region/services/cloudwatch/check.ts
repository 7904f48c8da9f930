import type { Dimension as GivenDimension } from '@aws-sdk/client-cloudwatch';
import { Fault } from '../fault.ts';
import type { Dimension } from './cloudwatch-state.ts';

export const invalidValue = (message: string): Fault => new Fault('InvalidParameterValue', message, 400);
export const invalidCombination = (message: string): Fault => new Fault('InvalidParameterCombination', message, 400);
export const missingParameter = (message: string): Fault => new Fault('MissingParameter', message, 400);
/** How the operations on alarms call what is wrong with a parameter. */
export const invalidAlarm = (message: string): Fault => new Fault('ValidationError', message, 400);
export const unsupported = (message: string): Fault => new Fault('UnsupportedOperation', message, 400);

const MOST_DIMENSIONS = 30;
const LONGEST_NAME = 255;
const LONGEST_VALUE = 1_024;

/** The dimensions of a metric; `where` is the path of the parameter. */
export function readDimensions(given: readonly GivenDimension[] = [], where = 'Dimensions'): Dimension[] {
  if (given.length > MOST_DIMENSIONS) {
    throw invalidValue(`The collection ${where} must not have a size greater than ${MOST_DIMENSIONS}.`);
  }
  const names = new Set<string>();
  return given.map(({ Name: name = '', Value: value = '' }, k) => {
    checkText(name, `${where}.member.${k + 1}.Name`, LONGEST_NAME);
    checkText(value, `${where}.member.${k + 1}.Value`, LONGEST_VALUE);
    if (names.has(name)) throw invalidValue(`The parameter ${where} has the dimension ${name} more than once.`);
    names.add(name);
    return { name, value };
  });
}

/** The namespace and the name of a metric. */
export function checkMetricName(namespace: string, name: string, where = ''): void {
  checkText(namespace, `${where}Namespace`, LONGEST_NAME);
  if (namespace.startsWith(':'))
    throw invalidValue(`The value ${namespace} for parameter ${where}Namespace is invalid.`);
  checkText(name, `${where}MetricName`, LONGEST_NAME);
}

function checkText(text: string, where: string, longest: number): void {
  if (text.trim() === '') throw missingParameter(`The parameter ${where} is required.`);
  if (text.length > longest)
    throw invalidValue(`The parameter ${where} must be shorter than ${longest + 1} characters.`);
}

const UNITS: ReadonlySet<string> = new Set([
  ...['Seconds', 'Microseconds', 'Milliseconds', 'Percent', 'Count', 'None', 'Count/Second'],
  ...['Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes', 'Terabytes'].flatMap((unit) => [unit, `${unit}/Second`]),
  ...['Bits', 'Kilobits', 'Megabits', 'Gigabits', 'Terabits'].flatMap((unit) => [unit, `${unit}/Second`]),
]);

export function checkUnit(unit: string | undefined, where = 'Unit'): void {
  if (unit !== undefined && !UNITS.has(unit)) {
    throw invalidValue(`The parameter ${where} must be a value in the set [ ${[...UNITS].join(', ')} ].`);
  }
}

/** A time, as it was decoded or as JSON has it. */
export function readTime(time: Date | string | number | undefined, where: string): number {
  if (time === undefined) throw missingParameter(`The parameter ${where} is required.`);
  const ms = new Date(time).getTime();
  if (Number.isNaN(ms)) throw invalidValue(`The parameter ${where} is no time.`);
  return ms;
}

/** A period of a query: 1, 5, 10, 20 or 30 seconds, or whole minutes. */
export function checkPeriod(seconds: number, where: string): void {
  if (isPeriod(seconds)) return;
  throw invalidValue(`The parameter ${where} must be 1, 5, 10, 20, 30 or a multiple of 60.`);
}

export const isPeriod = (seconds: number): boolean =>
  [1, 5, 10, 20, 30].includes(seconds) || (Number.isInteger(seconds) && seconds >= 60 && seconds % 60 === 0);

/** A page by a token that says where it begins. */
export function pageOf<T>(
  things: readonly T[],
  token: string | undefined,
  size: number,
): { readonly items: readonly T[]; readonly more: { readonly NextToken?: string } } {
  const from = readToken(token);
  return { items: things.slice(from, from + size), more: tokenAfter(from + size, things.length) };
}

/** How many things came before the page of a token. */
export function readToken(token: string | undefined): number {
  const from = token === undefined ? 0 : Number(/^at:(\d+)$/.exec(token)?.[1] ?? Number.NaN);
  if (Number.isNaN(from)) throw new Fault('InvalidNextToken', 'The token is invalid.', 400);
  return from;
}

/** The token of the page that begins at `end`, if there is one. */
export const tokenAfter = (end: number, total: number): { readonly NextToken?: string } =>
  end < total ? { NextToken: `at:${end}` } : {};

/** `MaxRecords` of the operations on alarms. */
export function checkMaxRecords(size: number | undefined): number {
  const asked = size ?? 50;
  if (Number.isInteger(asked) && asked >= 1 && asked <= 100) return asked;
  throw invalidAlarm(`MaxRecords must be from 1 to 100, not ${asked}.`);
}
