import { Fault } from '../fault.ts';

export const invalidValue = (message: string): Fault => new Fault('InvalidParameterValue', message, 400);
export const missing = (name: string): Fault =>
  new Fault('MissingParameter', `The request must contain the parameter ${name}.`, 400);

/** A value that a parameter may not have. */
export const wrongValue = (value: string | number, name: string, reason: string): Fault =>
  invalidValue(`Value ${String(value).slice(0, 1_024)} for parameter ${name} is invalid. Reason: ${reason}`);

export const invalidAttribute = (name: string): Fault =>
  new Fault('InvalidAttributeValue', `Invalid value for the parameter ${name}.`, 400);

/** For a parameter of queues of the other type. */
export const otherType = (value: string | number, name: string): Fault =>
  wrongValue(value, name, 'The request include parameter that is not valid for this queue type');
