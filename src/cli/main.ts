import { setMaxListeners } from 'node:events';
import { Errors, run } from '@oclif/core';
import { packageRoot } from '../host/paths.ts';
import { hasColour, paintFor } from './colour.ts';
import { exitCodeOfError, failureOf, renderDefect } from './failure.ts';
import { olderNode } from './node-version.ts';
import { paintProblems } from './problems.ts';
import { survivesClosedPipes } from './streams.ts';
import { tell } from './terminal.ts';
import { unknownCommand } from './unknown-command.ts';
import { engines } from './version.ts';

/** How long the process may linger once its command is done, before whatever keeps it alive is given up. */
const LINGER_MS = 2_000;

/** Runs the command that the arguments name. Sets the exit code; never throws. */
export async function main(args: readonly string[]): Promise<void> {
  survivesClosedPipes([process.stdout, process.stderr]);
  // Hundreds of probes in flight listen to one signal: that is no leak.
  setMaxListeners(0);
  // The note that Node 20 is old belongs to whoever chose Node 20; here it would only disturb the output.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const outdated = olderNode(process.versions.node, engines());
  if (outdated !== undefined) process.emitWarning(outdated);
  try {
    await run([...args], packageRoot());
  } catch (error) {
    tellFailure(error);
  }
  setTimeout(() => process.exit(), LINGER_MS).unref();
}

/** Failures outside of any command: an unknown one, or a broken installation. */
function tellFailure(error: unknown): void {
  const unknown = error instanceof Errors.CLIError ? /^command (.+) not found$/.exec(error.message)?.[1] : undefined;
  const failure = failureOf(error);
  process.exitCode = exitCodeOfError(error);
  if (!failure) return;
  const paint = paintFor(hasColour(process.stderr, process.env, process.argv.includes('--no-color')));
  const problems = unknown === undefined ? failure.problems : [unknownCommand(unknown)];
  tell(process.stderr, paintProblems(problems, paint));
  if (failure.outcome === 'error') tell(process.stderr, renderDefect(failure, undefined));
}
