import { type Outcome, worst } from './outcome.ts';

/**
 * Every failure that a user can meet. `chaos explain CODE` prints this table.
 * A code is never renamed once released; its outcome decides the exit code.
 */
export const ERROR_CODES = {
  CLI_USAGE: { outcome: 'invalid', about: 'The command line is wrong: an unknown flag, a missing argument.' },
  YAML_READ: {
    outcome: 'invalid',
    about: 'The file cannot be read: it is missing, a directory, too large, or not text.',
  },
  YAML_SYNTAX: { outcome: 'invalid', about: 'The file is not well-formed YAML.' },
  SPEC_UNKNOWN_KEY: { outcome: 'invalid', about: 'A key means nothing where it stands.' },
  SPEC_MISSING: { outcome: 'invalid', about: 'A required key is absent.' },
  SPEC_TYPE: { outcome: 'invalid', about: 'A value has the wrong form.' },
  SPEC_UNKNOWN_FAULT: { outcome: 'invalid', about: 'The experiment names a fault that is not in the catalog.' },
  SPEC_UNKNOWN_PROBE: { outcome: 'invalid', about: 'The experiment names a probe that is not in the catalog.' },
  SPEC_UNKNOWN_PARAMETER: { outcome: 'invalid', about: 'A ${name} refers to no parameter, or --set names none.' },
  SPEC_PARAMETER: { outcome: 'invalid', about: 'A parameter has no value, or one that its type does not allow.' },
  SPEC_TOLERANCE: { outcome: 'invalid', about: 'A tolerance is not one that the output of its probe can be held to.' },
  SPEC_SAMPLE: { outcome: 'invalid', about: 'The planned sample is too small to support the claim.' },
  SPEC_CONFLICT: { outcome: 'invalid', about: 'Two keys contradict each other, or a name is used twice.' },
  SPEC_MEANS: { outcome: 'invalid', about: 'The fault has no means that works on this kind of account.' },
  SPEC_BLUEPRINT: { outcome: 'invalid', about: 'The blueprint of the region is wrong.' },
  SAFETY_BLAST_RADIUS: { outcome: 'refused', about: 'The selectors matched more than the blast radius allows.' },
  SAFETY_PERMANENT: {
    outcome: 'refused',
    about: 'The method holds a permanent fault and the experiment does not say allowPermanent: true.',
  },
  SAFETY_ACCOUNT: { outcome: 'refused', about: 'The account guard refused, or could not be evaluated.' },
  SAFETY_LEASE: { outcome: 'refused', about: 'Another run holds the account.' },
  SAFETY_DIRTY: { outcome: 'refused', about: 'An earlier run left the account harmed; recover it first.' },
  SAFETY_OWNERSHIP: {
    outcome: 'refused',
    about:
      'A process was to be touched that the run does not own, or ended that is not known to be a run or region of yours.',
  },
  SAFETY_KEY: {
    outcome: 'refused',
    about: 'The key that seals the records of your runs cannot be relied on: it is damaged, or not yours alone.',
  },
  SAFETY_SEAL: {
    outcome: 'dirty',
    about: 'The record of a run holds commands or processes that were not recorded by you here; they are not touched.',
  },
  TARGET_NONE: { outcome: 'not exercised', about: 'A selector matched nothing.' },
  RUN_UNKNOWN: { outcome: 'invalid', about: 'No run of that id is recorded here.' },
  JOURNAL_WRITE: { outcome: 'unavailable', about: 'The journal cannot be written; without it no fault is injected.' },
  JOURNAL_READ: { outcome: 'unavailable', about: 'The journal cannot be read, or does not match its undo data.' },
  REVERT_INCOMPLETE: { outcome: 'dirty', about: 'At least one target could not be restored.' },
  INIT_EXISTS: { outcome: 'invalid', about: '"chaos init" would overwrite a file, and was not told to.' },
  INIT_WRITE: { outcome: 'unavailable', about: '"chaos init" cannot write its files; none of them is left.' },
  ACCOUNT_UNKNOWN: { outcome: 'invalid', about: 'No account or region of that name is known.' },
  ACCOUNT_UNAVAILABLE: { outcome: 'unavailable', about: 'The account does not answer.' },
  REGION_START: { outcome: 'unavailable', about: 'The embedded region did not start.' },
  REGION_DATA: {
    outcome: 'unavailable',
    about: 'The data of a kept region cannot be used: damaged, or of a newer version.',
  },
  REGION_DATA_HELD: { outcome: 'refused', about: 'Another region that runs uses these data.' },
  SNAPSHOT_UNKNOWN: { outcome: 'invalid', about: 'The region has no snapshot of that name.' },
  SNAPSHOT_EXISTS: { outcome: 'invalid', about: 'A snapshot of that name would be overwritten, and nobody said so.' },
  SNAPSHOT_DAMAGED: {
    outcome: 'unavailable',
    about: 'The file of a snapshot is not what was written, of a newer version, or of another region.',
  },
  HOST_TOOL: { outcome: 'unavailable', about: 'A program that is needed is missing or failed.' },
  CALL_FAILED: { outcome: 'unavailable', about: 'A call to the account failed.' },
  BUG: { outcome: 'error', about: 'An unexpected exception: a defect of this program.' },
} as const satisfies Record<string, { outcome: Outcome; about: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** The code itself if it is one of a safety check that refuses; undefined for any other, such as a service's own. */
export function refusalCode(code: string): ErrorCode | undefined {
  return Object.hasOwn(ERROR_CODES, code) && ERROR_CODES[code as ErrorCode].outcome === 'refused'
    ? (code as ErrorCode)
    : undefined;
}

/** A place in a text file, one-based as an editor shows it. `width` is in characters, at least one. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly width: number;
  readonly text: string;
}

/** What is wrong, where, and an instruction that mends it. */
export interface Problem {
  readonly code: ErrorCode;
  readonly what: string;
  readonly where?: Place;
  readonly fix: string;
}

/** How a command ends that met these problems: as the most serious of them says. */
export const outcomeOfProblems = (problems: readonly Pick<Problem, 'code'>[]): Outcome =>
  worst(problems.map(({ code }) => ERROR_CODES[code].outcome));

/** An expected failure: one or more problems. Anything else that is thrown is a bug. */
export class ChaosError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: Problem | readonly Problem[], cause?: unknown) {
    const all: readonly Problem[] = Array.isArray(problems) ? problems : [problems as Problem];
    super(all.map((problem) => problem.what).join('; '), cause === undefined ? {} : { cause });
    this.name = 'ChaosError';
    this.problems = all;
  }
}

/** What a call to an account failed with: the code and message that the service gave. */
export class CallError extends Error {
  readonly code: string;
  /** Whether the same call may work later: throttling, time-outs, a connection that broke, 5xx. */
  readonly retryable: boolean;
  /** Whether the call may have taken effect although it failed. */
  readonly ambiguous: boolean;

  constructor(code: string, message: string, how: { retryable?: boolean; ambiguous?: boolean } = {}) {
    super(message);
    this.name = 'CallError';
    this.code = code;
    this.retryable = how.retryable ?? false;
    this.ambiguous = how.ambiguous ?? false;
  }
}
