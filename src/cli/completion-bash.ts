import type { CompletedCommand, Offer } from './completion.ts';

/** For zsh, which reads completions of bash once it is told to. */
export const zshScript = (commands: readonly CompletedCommand[]): string =>
  `autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n${bashScript(commands)}`;

/** For bash 3.2 and later, the one that macOS has. */
export function bashScript(commands: readonly CompletedCommand[]): string {
  return `# Completion of chaos. Read it with: source <(chaos completion bash)
_chaos_regions() {
  chaos status --json 2>/dev/null | sed -n '/"regions"/,/\\]/s/^ *"name": "\\(.*\\)",$/\\1/p'
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
    @files) COMPREPLY=($(compgen -f -- "$cur")) ;;
    @regions) COMPREPLY=($(compgen -W "$(_chaos_regions)" -- "$cur")) ;;
    *) COMPREPLY=($(compgen -W "$words" -- "$cur")) ;;
  esac
}
complete -o filenames -F _chaos chaos
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
