import { RE2JS, RE2JSException } from 're2js';
import { Fault } from '../../fault.ts';

/** A value that its pattern does not match is refused. The engine's time grows with the length of the value alone. */
export function checkPattern(pattern: string, value: string): void {
  if (pattern === '') return;
  if (compiled(pattern).matcher(value).find()) return;
  throw new Fault(
    'ParameterPatternMismatchException',
    `Parameter value, cannot be validated against allowedPattern: ${pattern}`,
    400,
  );
}

function compiled(pattern: string): RE2JS {
  try {
    const found = RE2JS.compile(pattern);
    if (found.programSize() <= SIZE_MAX) return found;
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
  }
  throw new Fault(
    'InvalidAllowedPatternException',
    'The request does not meet the regular expression requirement.',
    400,
  );
}

/** So many instructions a compiled pattern may have. */
const SIZE_MAX = 2_000;
