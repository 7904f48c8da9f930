import { readPolicy } from '../../../aws/policy/policy.ts';
import { Fault } from '../fault.ts';
import { validationError } from './names.ts';

/** Refuses a document that IAM would not take. @throws Fault MalformedPolicyDocument */
export function requireDocument(document: string | undefined, kind: 'identity' | 'trust' = 'identity'): string {
  if (document === undefined || document === '') {
    throw validationError(
      "Value at 'policyDocument' failed to satisfy constraint: Member must have length of at least 1",
    );
  }
  const read = readPolicy(document, kind);
  if ('problem' in read) throw new Fault('MalformedPolicyDocument', read.problem, 400);
  return document;
}

/** The size by which IAM limits documents: white space does not count. */
export const sizeOf = (document: string): number => document.replace(/\s/g, '').length;

export const limitExceeded = (message: string): Fault => new Fault('LimitExceeded', message, 409);
