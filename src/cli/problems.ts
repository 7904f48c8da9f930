import type { Problem } from '../kernel/errors.ts';
import { renderProblems } from '../kernel/render-problem.ts';
import type { Paint } from '../report/text.ts';

/** Problems as a person reads them, with their codes and pointers in colour. */
export function paintProblems(problems: readonly Problem[], paint: Paint): string {
  return renderProblems(problems)
    .trimEnd()
    .split('\n')
    .map((line) => paintLine(line, paint))
    .join('\n');
}

function paintLine(line: string, paint: Paint): string {
  const head = /^error\[[A-Z_]+\]:/.exec(line)?.[0];
  if (head !== undefined) return `${paint.bold(paint.bad(head))}${paint.bold(line.slice(head.length))}`;
  if (/^ *\| *\^+$/.test(line)) return line.replace(/\^+/, (pointer) => paint.bad(pointer));
  if (/^ *= fix:/.test(line)) return line.replace('fix:', paint.good('fix:'));
  return /^ *-->/.test(line) ? paint.dim(line) : line;
}
