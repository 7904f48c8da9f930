/** How a run can end, with its exit code. One table, used by the command line, CI and the documentation. */
export const OUTCOMES = {
  held: {
    code: 0,
    about: 'The hypothesis was true before, during (as tolerated), and after recovery.',
    targets: 'restored',
  },
  error: { code: 1, about: 'A bug in this program.', targets: 'restored, or 7' },
  invalid: { code: 2, about: 'The command line or the experiment is invalid.', targets: 'untouched' },
  deviated: { code: 3, about: 'A weakness was found (includes not recovered in time).', targets: 'restored' },
  unsteady: { code: 4, about: 'The baseline was not met; the method was not begun.', targets: 'untouched' },
  stopped: { code: 5, about: 'A stop condition ended the run.', targets: 'restored' },
  aborted: { code: 6, about: 'A person or CI ended the run.', targets: 'restored' },
  dirty: { code: 7, about: 'Something could not be restored, or waiting for it was cut short.', targets: 'dirty' },
  refused: { code: 8, about: 'A safety check refused.', targets: 'untouched' },
  unavailable: { code: 9, about: 'The world failed: credentials, network, a missing tool.', targets: 'restored' },
  inconclusive: {
    code: 10,
    about: 'Too few samples to say; the report states how many are needed.',
    targets: 'restored',
  },
  'not exercised': {
    code: 11,
    about: 'The fault did not land, there was no target, or no traffic.',
    targets: 'restored',
  },
} as const satisfies Record<string, { code: number; about: string; targets: string }>;

export type Outcome = keyof typeof OUTCOMES;

/** From least to most serious: the outcome of a suite, or of several findings in one run, is the last that occurred. */
const SEVERITY: readonly Outcome[] = [
  'held',
  'not exercised',
  'inconclusive',
  'unsteady',
  'stopped',
  'deviated',
  'refused',
  'unavailable',
  'aborted',
  'invalid',
  'error',
  'dirty',
];

export const exitCodeOf = (outcome: Outcome): number => OUTCOMES[outcome].code;

/** The most serious of several outcomes; `held` when there is none. */
export function worst(outcomes: readonly Outcome[]): Outcome {
  return outcomes.reduce<Outcome>((a, b) => (SEVERITY.indexOf(b) > SEVERITY.indexOf(a) ? b : a), 'held');
}
