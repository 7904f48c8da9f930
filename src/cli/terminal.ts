import { randomInt } from 'node:crypto';
import { DOUBLE_SIGN, visible } from '../kernel/visible.ts';
import { asTyped } from './as-typed.ts';

/** What tells the colour codes of this process from those in a text from outside: nobody knows it beforehand. */
const MARK = randomInt(1e14, 3e14);
const OURS = new RegExp(`\\u001b\\[${MARK};(\\d+)m`);

/** A text whose colour codes are all ours, so marked that they are still known as such inside of other texts. */
export const marked = (text: string): string => text.replaceAll('\u001b[', `\u001b[${MARK};`);

/**
 * A text as it may be written to a terminal or into the log of a CI system, whoever wrote what is in it: only its line
 * breaks and marked colours do anything. Everything else that would is shown instead, and no line is a command to the CI
 * system: GitHub acts on `::name::` at the beginning of a line and on `##[name]` anywhere, Azure on `##vso[name]`, TeamCity
 * on `##teamcity[name]`.
 */
export function forTerminal(text: string): string {
  const pieces = text.split(OURS).map((piece, index) => (index % 2 === 1 ? `\u001b[${piece}m` : visible(piece)));
  return pieces.join('').replace(COMMAND, '$1: ').split('\n').map(withoutOrder).join('\n');
}

/** A comparison that knows languages passes over characters without a form, so they may stand before the colons. */
const COMMAND = /^([^\p{L}\p{N}\p{P}\p{S}\n]*):(?=:[^\n]*::)/gmu;

/** Signs without a bracket behind them are left, as those of a heading. */
function withoutOrder(line: string): string {
  const end = line.lastIndexOf('[');
  return end < 0 ? line : line.slice(0, end).replace(DOUBLE_SIGN, '# ') + line.slice(end);
}

/** Writes text and a line break: the one way from this program to a screen, save the display that redraws itself. */
export function tell(stream: { write(text: string): unknown }, text: string): void {
  const whole = text.endsWith('\n') ? text.slice(0, -1) : text;
  stream.write(`${forTerminal(asTyped(whole, process.env))}\n`);
}
