import { Errors } from '@oclif/core';
import { expect, test } from 'vitest';
import { exitCodeOfError, failureOf, renderDefect } from '../../src/cli/failure.ts';
import { ChaosError } from '../../src/kernel/errors.ts';

const refused = { code: 'SAFETY_LEASE', what: 'held', fix: 'wait' } as const;
const invalid = { code: 'SPEC_TYPE', what: 'wrong', fix: 'mend' } as const;

test('the exit code of an expected failure is that of its most serious problem', () => {
  expect(exitCodeOfError(new ChaosError(refused))).toBe(8);
  expect(exitCodeOfError(new ChaosError([refused, invalid]))).toBe(2);
});

test('a wrong command line exits 2 and names the one command to try', () => {
  const failure = failureOf(new Errors.CLIError('Nonexistent flag: --foo\nSee more help with --help'), 'fault:list');
  expect(failure).toEqual({
    outcome: 'invalid',
    problems: [{ code: 'CLI_USAGE', what: 'nonexistent flag: --foo', fix: 'run "chaos fault list --help"' }],
  });
});

test('leaving on purpose is no failure and keeps its exit code', () => {
  const exit = new Errors.ExitError(4);
  expect(failureOf(exit)).toBeUndefined();
  expect(exitCodeOfError(exit)).toBe(4);
});

test('anything else that is thrown is a defect: stack, version, run, and how to restore', () => {
  const error = new TypeError('x is undefined');
  const failure = failureOf(error);
  expect(failure).toMatchObject({ outcome: 'error', problems: [{ code: 'BUG', what: 'TypeError: x is undefined' }] });
  expect(exitCodeOfError(error)).toBe(1);
  const text = failure ? renderDefect(failure, { runId: 'r1', journal: '.chaos/runs/r1' }) : '';
  expect(text).toMatch(/chaos \d+\.\d+\.\d+, node v\d+/);
  expect(text).toContain('run r1, journal .chaos/runs/r1');
  expect(text).toContain('chaos recover r1');
  expect(text).toContain('failure.test.ts');
});

test('a thrown value that is no error is a defect too', () => {
  expect(failureOf('oops')).toMatchObject({ outcome: 'error', problems: [{ what: 'thrown: oops' }] });
});

test('a defect outside of a run does not say that all is well, which nobody knows there, and says where to look', () => {
  const failure = failureOf(new TypeError('x'));
  const text = failure ? renderDefect(failure, undefined) : '';
  expect(text).not.toContain('nothing is harmed');
  expect(text).toContain('chaos status');
});
