import { Chalk } from 'chalk';
import type { Paint } from '../report/text.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Whether a stream gets colours. The first that speaks decides: the flag, NO_COLOR, FORCE_COLOR, TERM=dumb, and
 * whether the stream is a terminal. Decided for each stream, since one may be a file and the other a terminal.
 */
export function hasColour(stream: { readonly isTTY?: boolean }, environment: Environment, noColour = false): boolean {
  if (noColour || (environment.NO_COLOR ?? '') !== '') return false;
  const { FORCE_COLOR } = environment;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return environment.TERM !== 'dumb' && stream.isTTY === true;
}

/** The colours of a stream, or functions that leave the text as it is. */
export function paintFor(coloured: boolean): Paint {
  const chalk = new Chalk({ level: coloured ? 1 : 0 });
  return {
    good: (text) => chalk.green(text),
    bad: (text) => chalk.red(text),
    warn: (text) => chalk.yellow(text),
    dim: (text) => chalk.dim(text),
    bold: (text) => chalk.bold(text),
  };
}
