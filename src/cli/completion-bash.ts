import type { CompletedCommand, Offer } from './completion.ts';

/** The word as it is meant: without what quotes it. One name on a line, as names have spaces. */
const FILES_OF_BASH = `cur=\${cur#[\\"\\']}; local IFS=$'\\n'; COMPREPLY=($(compgen -f -- "\${cur//\\\\/}"))`;

/** The names of the regions that are up, one on each line, for any shell. */
export const REGIONS_THAT_ARE_UP =
  'chaos status --json 2>/dev/null | sed -n \'/"regions"/,/\\]/s/^ *"name": "\\(.*\\)",$/\\1/p\'';

/** For bash 3.2 and later, the one that macOS has. */
export const bashScript = (commands: readonly CompletedCommand[]): string =>
  `# Completion of chaos. Read it with: source <(chaos completion bash)
${completer(commands, FILES_OF_BASH)}complete -o filenames -F _chaos chaos
`;

/** The function `_chaos`, which reads COMP_WORDS and fills COMPREPLY; `files` is what it does where a file may stand. */
export function completer(commands: readonly CompletedCommand[], files: string): string {
  return `_chaos_regions() {
  ${REGIONS_THAT_ARE_UP}
}
_chaos() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" words=
  local typed="\${COMP_WORDS[1]-}" next="\${COMP_WORDS[2]-}"
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${unique(commands.map(({ name }) => name.split(' ')[0] ?? '')).join(' ')}' -- "$cur"))
    return
  fi
  case "$typed" in
${topicsOf(commands)
  .map(
    ({ topic, verbs }) => `    ${topic})
      if [ "$COMP_CWORD" -eq 2 ]; then
        COMPREPLY=($(compgen -W '${verbs.join(' ')}' -- "$cur"))
        return
      fi
      typed="$typed $next" ;;`,
  )
  .join('\n')}
  esac
  case "$typed $prev" in
${commands.flatMap(valueCases).join('\n')}
    *)
      case "$typed" in
${commands.map(wordsCase).join('\n')}
      esac ;;
  esac
  case "$words" in
    @files) ${files} ;;
    @regions) COMPREPLY=($(compgen -W "$(_chaos_regions)" -- "$cur")) ;;
    *) COMPREPLY=($(compgen -W "$words" -- "$cur")) ;;
  esac
}
`;
}

const unique = (words: readonly string[]): string[] => [...new Set(words)];

/** Commands of two words, by their first. */
function topicsOf(commands: readonly CompletedCommand[]): { topic: string; verbs: string[] }[] {
  const pairs = commands.map(({ name }) => name.split(' ')).filter((words) => words.length === 2);
  return unique(pairs.map(([topic = '']) => topic)).map((topic) => ({
    topic,
    verbs: pairs.filter(([first]) => first === topic).map(([, verb = '']) => verb),
  }));
}

/** The values of the flags of a command. */
function valueCases({ name, flags }: CompletedCommand): string[] {
  return flags.flatMap(({ name: flag, value }) =>
    value ? [`    '${name} --${flag}') words='${marked(value.offer)}' ;;`] : [],
  );
}

/** Its flags where a word begins with a dash, its argument elsewhere. */
function wordsCase({ name, flags, argument }: CompletedCommand): string {
  const dashed = flags.map((flag) => `--${flag.name}`).join(' ');
  return `        '${name}') case "$cur" in -*) words='${dashed}' ;; *) words='${marked(argument)}' ;; esac ;;`;
}

const marked = (offer: Offer): string => (typeof offer === 'string' ? `@${offer}` : (offer ?? []).join(' '));
