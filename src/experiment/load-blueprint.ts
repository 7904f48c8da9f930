import type { Blueprint } from '../kernel/blueprint.ts';
import type { Place, Problem } from '../kernel/errors.ts';
import { parseBlueprint } from './blueprint.ts';
import { problemOfReading } from './bytes.ts';

/** Reads and checks the blueprint that something names; a file that cannot be read is a problem of the place that names it. */
export async function loadBlueprint(
  file: string,
  readText: (path: string) => Promise<string | Uint8Array>,
  where: Place,
): Promise<{ blueprint?: Blueprint; problems: Problem[] }> {
  let text: string | Uint8Array;
  try {
    text = await readText(file);
  } catch (error) {
    const code = (error as { code?: unknown } | null)?.code;
    // What has no code of the system is no failure to read.
    if (typeof code !== 'string') throw error;
    const { what } = problemOfReading(file, code);
    return { problems: [{ code: 'YAML_READ', what, where, fix: `name a blueprint, ${relativeTo(where)}` }] };
  }
  const read = parseBlueprint({ file, text });
  // An experiment may name any file: of one that is not meant as YAML no line is shown, it may be a secret.
  if (/\.ya?ml$/i.test(file) || !read.problems.some((problem) => problem.where)) return read;
  const fix = `name a blueprint, ${relativeTo(where)}; what is wrong in one is shown only if its name ends in .yaml`;
  return { problems: [{ code: 'YAML_READ', what: `"${file}" is no sound blueprint`, where, fix }] };
}

/** What comes from standard input lies nowhere: its paths begin in the working folder. */
const relativeTo = ({ file }: Place): string =>
  file === 'stdin' ? 'relative to the working folder' : 'relative to this file';
