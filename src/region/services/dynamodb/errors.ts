import { Fault } from '../fault.ts';

/** What DynamoDB answers to a request that is wrong in itself, or does not fit the item it meets. */
export const invalid = (message: string): Fault => new Fault('ValidationException', message, 400);

export const invalidValues = (message: string): Fault =>
  invalid(`One or more parameter values were invalid: ${message}`);

/** For parts of a request that the region does not honour. */
export const unsupported = (what: string): Fault =>
  new Fault('UnsupportedOperation', `The region does not honour ${what}.`, 400);

export const noResource = (message = 'Requested resource not found'): Fault =>
  new Fault('ResourceNotFoundException', message, 400);
