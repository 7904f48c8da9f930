import type { Problem } from '../kernel/errors.ts';
import { exitCodeOf } from '../kernel/outcome.ts';
import { count } from '../report/text.ts';
import type { LoadedFile } from './experiments.ts';

/** What `chaos validate --json` prints. */
export interface Validation {
  readonly v: 1;
  readonly valid: boolean;
  readonly exitCode: number;
  readonly summary: string;
  readonly files: readonly {
    readonly file: string;
    readonly valid: boolean;
    readonly kind: LoadedFile['kind'];
    readonly title: string | null;
    readonly problems: readonly Problem[];
  }[];
}

export function validationOf(loaded: readonly LoadedFile[]): Validation {
  const problems = loaded.reduce((sum, file) => sum + file.problems.length, 0);
  const sound = loaded.filter((file) => file.problems.length === 0);
  return {
    v: 1,
    valid: problems === 0,
    exitCode: exitCodeOf(problems === 0 ? 'held' : 'invalid'),
    summary:
      problems === 0
        ? `${describe(sound)} valid`
        : `${count(problems, 'problem')} in ${count(loaded.length - sound.length, 'file')}; ${describe(sound)} valid`,
    files: loaded.map(({ file, kind, title, problems }) => ({
      file,
      valid: problems.length === 0,
      kind,
      title: title ?? null,
      problems,
    })),
  };
}

/** "5 experiments", "5 experiments and 1 blueprint", "1 blueprint". */
function describe(sound: readonly LoadedFile[]): string {
  const blueprints = sound.filter(({ kind }) => kind === 'blueprint').length;
  const experiments = sound.length - blueprints;
  if (blueprints === 0) return count(experiments, 'experiment');
  return [...(experiments > 0 ? [count(experiments, 'experiment')] : []), count(blueprints, 'blueprint')].join(' and ');
}
