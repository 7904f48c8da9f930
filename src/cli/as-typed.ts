const VERBS =
  'abort|completion|doctor|explain|fault|help|init|journal|plan|probe|recover|region|run|schema|status|validate';
const COMMAND = new RegExp(`(?<=["\`]|: |\\bCHAOS_HOME=(?:'[^']*'|\\S+) )chaos (?=(?:${VERBS})\\b|--help)`, 'g');

/** Whether this program was started by `npx chaos`, as npm tells whatever it starts so. */
const isNpx = (env: NodeJS.ProcessEnv): boolean => env.npm_command === 'exec' && env.npm_lifecycle_event === 'npx';

/** By how many columns that makes a command longer. */
export const columnsMore = (env: NodeJS.ProcessEnv): number => (isNpx(env) ? 'npx '.length : 0);

/** A text whose advice can be followed word for word: a command in it begins as this one was typed. */
export const asTyped = (text: string, env: NodeJS.ProcessEnv): string =>
  isNpx(env) ? text.replace(COMMAND, 'npx chaos ') : text;
