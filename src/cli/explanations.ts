import { ChaosError, ERROR_CODES, type ErrorCode } from '../kernel/errors.ts';
import { OUTCOMES, type Outcome } from '../kernel/outcome.ts';
import { nearest } from '../kernel/suggest.ts';
import { columns, type Paint, wrap } from '../report/text.ts';

/** What a code means: an outcome with its exit code, or an error with the outcome that it leads to. */
export interface Explanation {
  readonly kind: 'outcome' | 'error';
  readonly code: string;
  readonly exitCode: number;
  readonly about: string;
  /** In what state the targets are then; for an error, the outcome it leads to. */
  readonly means: string;
}

const outcomes = Object.entries(OUTCOMES) as [Outcome, (typeof OUTCOMES)[Outcome]][];
const errors = Object.entries(ERROR_CODES) as [ErrorCode, (typeof ERROR_CODES)[ErrorCode]][];

/** Every outcome in the order of exit codes, then every error code. */
export const explainAll = (): Explanation[] => [
  ...outcomes.map(([outcome]) => ofOutcome(outcome)),
  ...errors.map(([code]) => ofError(code)),
];

/** @throws ChaosError CLI_USAGE when there is no such code, outcome or exit code. */
export function explain(asked: string): Explanation {
  const outcome = outcomes.find(([name, { code }]) => name === asked.toLowerCase() || String(code) === asked)?.[0];
  if (outcome) return ofOutcome(outcome);
  const code = errors.find(([name]) => name === asked.toUpperCase())?.[0];
  if (code) return ofError(code);
  const near = nearest(asked, [...outcomes.map(([name]) => name), ...errors.map(([name]) => name)]);
  throw new ChaosError({
    code: 'CLI_USAGE',
    what: `no code, outcome or exit code "${asked}"`,
    fix: `${near === undefined ? '' : `did you mean "${near}"? `}"chaos explain" lists all`,
  });
}

/** A table for several, a paragraph for one. */
export function renderExplanation(explanations: readonly Explanation[], width: number, paint: Paint): string {
  const [only] = explanations;
  if (explanations.length === 1 && only) {
    const subject = only.kind === 'outcome' ? `exit code ${only.exitCode}` : `outcome ${only.means}`;
    const targets = only.kind === 'outcome' ? ` Targets: ${only.means}.` : ` Exit code ${only.exitCode}.`;
    return [`${paint.bold(only.code)} (${subject})`, ...wrap(`${only.about}${targets}`, width)].join('\n');
  }
  const rows = (kind: Explanation['kind'], head: readonly string[]) =>
    columns([head, ...explanations.filter((e) => e.kind === kind).map((e) => [String(e.exitCode), e.code, e.about])]);
  return [
    ...rows('outcome', ['exit', 'outcome', 'meaning']),
    '',
    ...rows('error', ['exit', 'error code', 'meaning']),
  ].join('\n');
}

function ofOutcome(outcome: Outcome): Explanation {
  const { code, about, targets } = OUTCOMES[outcome];
  return { kind: 'outcome', code: outcome, exitCode: code, about, means: targets };
}

function ofError(code: ErrorCode): Explanation {
  const { outcome, about } = ERROR_CODES[code];
  return { kind: 'error', code, exitCode: OUTCOMES[outcome].code, about, means: outcome };
}
