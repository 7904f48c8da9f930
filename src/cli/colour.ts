import { Chalk } from 'chalk';
import { type Paint, PLAIN } from '../report/text.ts';
import { forTerminal, marked } from './terminal.ts';

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

/** The colours of a stream, marked as ours for `forTerminal`, or functions that leave the text as it is. */
export function paintFor(coloured: boolean): Paint {
  if (!coloured) return PLAIN;
  const chalk = new Chalk({ level: 1 });
  const painting = (paint: (text: string) => string) => (text: string) => marked(paint(forTerminal(text)));
  return {
    good: painting(chalk.green),
    bad: painting(chalk.red),
    warn: painting(chalk.yellow),
    dim: painting(chalk.dim),
    bold: painting(chalk.bold),
  };
}
