import { arch, platform } from 'node:os';
import { Errors } from '@oclif/core';
import { ChaosError, outcomeOfProblems, type Problem } from '../kernel/errors.ts';
import { exitCodeOf, type Outcome } from '../kernel/outcome.ts';
import { nearest } from '../kernel/suggest.ts';
import { version } from './version.ts';

/** A command that did not succeed, in the form in which it is told. */
export interface Failure {
  readonly outcome: Outcome;
  readonly problems: readonly Problem[];
  /** Set when the failure is a defect of this program. */
  readonly stack?: string;
}

/** Where a run was when the program failed, for the report of a defect. */
export interface RunInProgress {
  readonly runId: string;
  readonly journal: string;
}

/** Sorts what was thrown: an expected failure, a wrong command line, or a defect. `undefined`: nothing to tell. */
export function failureOf(error: unknown, commandId?: string): Failure | undefined {
  if (error instanceof ChaosError) {
    return { outcome: outcomeOfProblems(error.problems), problems: error.problems };
  }
  if (error instanceof Errors.ExitError) return undefined;
  if (error instanceof Errors.CLIError) return { outcome: 'invalid', problems: [usageProblem(error, commandId)] };
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const what = error instanceof Error ? `${error.name}: ${error.message}` : `thrown: ${String(error)}`;
  return { outcome: 'error', problems: [{ code: 'BUG', what, fix: 'report it with the lines below' }], stack };
}

/** The exit code of what was thrown: the same with and without --json. */
export function exitCodeOfError(error: unknown): number {
  if (error instanceof Errors.ExitError) return error.oclif.exit ?? 0;
  return exitCodeOf(failureOf(error)?.outcome ?? 'error');
}

/** What belongs into the report of a defect, besides the problem itself. */
export function renderDefect({ stack }: Failure, run: RunInProgress | undefined): string {
  const lines = [
    `chaos ${version()}, node ${process.version}, ${platform()} ${arch()}`,
    ...(run
      ? [
          `run ${run.runId}, journal ${run.journal}`,
          `what it may have left harmed is shown and restored by: chaos recover ${run.runId}`,
        ]
      : ['this command was not running an experiment; what an earlier run left harmed is shown by: chaos status']),
    ...(stack ?? '').split('\n').slice(1),
  ];
  return lines.map((line) => `  ${line.trimEnd()}`).join('\n');
}

function usageProblem(error: Error, commandId: string | undefined): Problem {
  const help = commandId === undefined ? 'chaos --help' : `chaos ${commandId.replaceAll(':', ' ')} --help`;
  const [first = 'the command line is wrong', ...more] = error.message
    .replace('\nSee more help with --help', '')
    .replace(/\n\nNote: --[\s\S]*$/, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const meant = flagMeant(error);
  const fix = meant === undefined ? `run "${help}"` : `did you mean "${meant}"? "${help}" shows all`;
  return { code: 'CLI_USAGE', what: [decapitalize(first), ...more].join(' '), fix };
}

/** The flag that a misspelt one is near to; the framework's error says which it did not know, and which there are. */
function flagMeant(error: Error & { flags?: unknown; parse?: { input?: { flags?: object } } }): string | undefined {
  const [unknown] = Array.isArray(error.flags) ? error.flags : [];
  if (typeof unknown !== 'string' || !unknown.startsWith('--')) return undefined;
  const known = Object.keys(error.parse?.input?.flags ?? {}).map((name) => `--${name}`);
  return nearest(unknown.split('=')[0] ?? '', known);
}

const decapitalize = (sentence: string): string => sentence.slice(0, 1).toLowerCase() + sentence.slice(1);
