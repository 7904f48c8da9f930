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
    readonly title: string | null;
    readonly problems: readonly Problem[];
  }[];
}

export function validationOf(loaded: readonly LoadedFile[]): Validation {
  const problems = loaded.reduce((sum, file) => sum + file.problems.length, 0);
  const sound = loaded.filter((file) => file.problems.length === 0).length;
  return {
    v: 1,
    valid: problems === 0,
    exitCode: exitCodeOf(problems === 0 ? 'held' : 'invalid'),
    summary:
      problems === 0
        ? `${count(sound, 'experiment')} valid`
        : `${count(problems, 'problem')} in ${count(loaded.length - sound, 'file')}; ${count(sound, 'experiment')} valid`,
    files: loaded.map(({ file, experiment, problems }) => ({
      file,
      valid: problems.length === 0,
      title: experiment?.title ?? null,
      problems,
    })),
  };
}
