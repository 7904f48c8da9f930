import { Command, Flags } from '@oclif/core';
import type { Problem } from '../kernel/errors.ts';
import { exitCodeOf, type Outcome } from '../kernel/outcome.ts';
import { inertJson } from '../kernel/visible.ts';
import type { Paint } from '../report/text.ts';
import { columnsMore } from './as-typed.ts';
import { hasColour, paintFor } from './colour.ts';
import { exitCodeOfError, failureOf, type RunInProgress, renderDefect } from './failure.ts';
import { paintProblems } from './problems.ts';
import { columnsOf } from './streams.ts';
import { tell } from './terminal.ts';

/**
 * What every command has: --json, --quiet, --no-color, errors with a code and a fix, and exit codes that are the same
 * with and without --json. The result goes to standard output, everything said on the way to standard error.
 */
export abstract class ChaosCommand extends Command {
  static override enableJsonFlag = true;
  static override baseFlags = {
    json: Flags.boolean({ summary: 'Print the result as one JSON object.', env: 'CHAOS_JSON', helpGroup: 'GLOBAL' }),
    quiet: Flags.boolean({
      char: 'q',
      summary: 'Say nothing on the way, and the result in one line.',
      env: 'CHAOS_QUIET',
      helpGroup: 'GLOBAL',
    }),
    'no-color': Flags.boolean({ summary: 'Use no colours.', env: 'CHAOS_NO_COLOR', helpGroup: 'GLOBAL' }),
  };

  /** Set while a run goes on, for the report of a defect. */
  protected runInProgress: RunInProgress | undefined;

  /** Prints a part of the result. Nothing under --json, where the result is the returned object. */
  protected print(text: string): void {
    if (!this.jsonEnabled()) tell(process.stdout, text);
  }

  /** Says something on the way. */
  protected say(text: string): void {
    if (!this.isQuiet()) tell(process.stderr, text);
  }

  protected paint(stream: 'stdout' | 'stderr'): Paint {
    return paintFor(hasColour(process[stream], process.env, this.wants('--no-color', 'CHAOS_NO_COLOR')));
  }

  protected width(stream: 'stdout' | 'stderr'): number {
    return columnsOf(process[stream], process.env.COLUMNS) - columnsMore(process.env);
  }

  protected isQuiet(): boolean {
    return this.wants('--quiet', 'CHAOS_QUIET') || this.wants('-q');
  }

  protected endWith(outcome: Outcome): void {
    process.exitCode = exitCodeOf(outcome);
  }

  /** Says that a region was not started, because a signal said so first. */
  protected notStarted(signal: AbortSignal): object {
    this.say(`${String(signal.reason)}: the region is not started; nothing of it is left`);
    this.endWith('aborted');
    return { v: 1, outcome: 'aborted', exitCode: exitCodeOf('aborted'), problems: [] };
  }

  /** Prints problems to standard error, each with its place and fix. */
  protected tellProblems(problems: readonly Problem[]): void {
    const paint = this.paint('stderr');
    tell(process.stderr, paintProblems(problems, paint));
  }

  override jsonEnabled(): boolean {
    return super.jsonEnabled() || ['1', 'true'].includes(process.env.CHAOS_JSON ?? '');
  }

  override logJson(json: unknown): void {
    process.stdout.write(`${inertJson(json, 2)}\n`);
  }

  override async catch(error: unknown): Promise<void> {
    process.exitCode = exitCodeOfError(error);
    const failure = failureOf(error, this.id);
    if (!failure) return;
    this.tellProblems(failure.problems);
    if (failure.outcome === 'error') tell(process.stderr, renderDefect(failure, this.runInProgress));
    if (this.jsonEnabled()) {
      const { outcome, problems } = failure;
      this.logJson({ v: 1, outcome, exitCode: process.exitCode, problems });
    }
  }

  private wants(flag: string, variable?: string): boolean {
    const end = this.argv.indexOf('--');
    const given = end === -1 ? this.argv : this.argv.slice(0, end);
    const fromEnvironment = variable !== undefined && ['1', 'true'].includes(process.env[variable] ?? '');
    return given.includes(flag) || fromEnvironment;
  }
}
