import { execFileSync } from 'node:child_process';

/**
 * The Python that has these modules: that of CHAOS_PYTHON, or `python3`. Throws when it is not there, or lacks one: these
 * tests are about foreign programs and mean nothing without them.
 */
export function pythonWith(...modules: readonly string[]): string {
  const python = process.env.CHAOS_PYTHON ?? 'python3';
  try {
    execFileSync(python, ['-c', `import ${modules.join(', ')}`], { stdio: 'pipe' });
  } catch (error) {
    const why = error instanceof Error ? error.message.slice(0, 300) : String(error);
    throw new Error(`"${python}" lacks ${modules.join(', ')}; install it, or name another in CHAOS_PYTHON (${why})`);
  }
  return python;
}

/** A Python program's surroundings: nothing by which an AWS client finds a real account. */
export const PYTHON_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: process.env.PATH ?? '',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
  PYTHONWARNINGS: 'ignore',
};
