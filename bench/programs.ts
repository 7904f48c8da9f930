import { spawnSync } from 'node:child_process';

/** Set where everything has been installed that figures are compared with: what is missing there is a mistake. */
const MUST_BE_THERE = process.env.CHAOS_BENCH_ALL === '1';

/** The Python that has a module, that of CHAOS_PYTHON or `python3`; undefined when it has not. */
export function hasModule(module: string): string | undefined {
  const python = process.env.CHAOS_PYTHON ?? 'python3';
  const isThere = spawnSync(python, ['-c', `import ${module}`], { stdio: 'ignore' }).status === 0;
  return isThere ? python : lacks(`the module "${module}" of "${python}"`);
}

/** Where a program is; undefined when it is not installed. Daemons stand in `/usr/sbin`, where not every PATH leads. */
export function programOf(name: string): string | undefined {
  const { stdout } = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name], {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` },
  });
  return stdout.trim() || lacks(`"${name}"`);
}

function lacks(what: string): undefined {
  if (MUST_BE_THERE) throw new Error(`${what} is not installed`);
  return undefined;
}
