import type { CompletedCommand } from './completion.ts';
import { completer } from './completion-bash.ts';

/** For zsh 5, which lends itself the function of bash, and completes files itself. What is set up already stays as it is. */
export const zshScript = (commands: readonly CompletedCommand[]): string =>
  `# Completion of chaos. Read it with: source <(chaos completion zsh)
(( $+functions[compdef] )) || { autoload -U compinit && compinit }
autoload -U +X bashcompinit && bashcompinit
${completer(commands, 'COMPREPLY=(@files)')}_chaos_of_zsh() {
  local -a COMP_WORDS COMPREPLY
  local COMP_CWORD=$((CURRENT - 1))
  COMP_WORDS=("\${words[@]}")
  () {
    emulate -L sh
    typeset -h words
    _chaos
  }
  if [[ \${COMPREPLY[1]-} = @files ]]; then _files; else compadd -a COMPREPLY; fi
}
compdef _chaos_of_zsh chaos
`;
