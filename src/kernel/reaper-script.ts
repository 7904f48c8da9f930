/**
 * A tiny shell program that kills process groups when the one who started them dies, however it dies. It holds the other
 * end of a pipe, reads lines `+ GROUP` and `- GROUP` from it, and when the pipe ends kills every group still on its list;
 * then, where a folder is its argument, whatever bears the mark of an instance in it, in whatever group.
 */
export const REAPER_SCRIPT = `
trap '' INT TERM HUP
list=' '
while read -r sign group; do
  case $sign in
    +) list="$list$group " ;;
    -) case $list in *" $group "*) list="\${list%%" $group "*} \${list#*" $group "}" ;; esac ;;
  esac
done
for group in $list; do kill -9 "-$group" 2>/dev/null; done
[ -n "$1" ] || exit 0
for file in $(grep -lsF "CHAOS_INSTANCE=$1/" /proc/[0-9]*/environ); do
  pid=\${file#/proc/}
  kill -9 "\${pid%/environ}" 2>/dev/null
done
`;

/**
 * A shell program that becomes the command given as its arguments once a line arrives on its input, and ends if none
 * does: a process does nothing before it is on the reaper's list, whenever the one who started it is killed. The
 * variables that a shell adds by itself are not handed down.
 */
export const GATED_SCRIPT = 'read -r _ || exit 1; unset PWD OLDPWD SHLVL; exec "$@" </dev/null';
