# What zsh offers for a line: zsh -f complete.zsh SCRIPT LINE. Types it into a zsh of its own, presses Tab, and prints each
# match in a line after "offered:".
zmodload zsh/zpty
zpty inner zsh -f -i
zpty -w inner 'PROMPT= RPROMPT= TERM=dumb; unset zle_bracketed_paste'
zpty -w inner "source ${(q)1}"
# A match is what compadd finds to fit; options that only ask it for lists are left to it.
cat > ${TMPDIR:-/tmp}/hooks.zsh << 'END'
compprefuncs=(begin)
comppostfuncs=(finish)
begin() { print }
finish() { print -r -- the-'end'; exit }
compadd() {
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
  local -a fitting
  builtin compadd -A fitting "$@"
  (( $#fitting )) && print -rl -- "offered:"${^fitting}
  builtin compadd "$@"
}
END
zpty -w inner "source ${TMPDIR:-/tmp}/hooks.zsh; print -r -- is-'ready'"
while zpty -r inner line; do [[ $line == *is-ready* ]] && break; done
zpty -w -n inner "$2"$'\t'
while zpty -r inner line; do
  line=${line//$'\r'/}
  [[ $line == offered:* ]] && print -rn -- $line
  [[ $line == *the-end* ]] && break
done
zpty -d inner
