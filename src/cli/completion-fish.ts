import type { CompletedCommand, CompletedFlag, Offer } from './completion.ts';
import { REGIONS_THAT_ARE_UP } from './completion-bash.ts';

/** For fish 3 and later. */
export const fishScript = (commands: readonly CompletedCommand[]): string =>
  `# Completion of chaos. Read it with: chaos completion fish | source
function __chaos_regions
    ${REGIONS_THAT_ARE_UP}
end
function __chaos_next
    set -l words (commandline -opc)
    test "$words[2..-1]" = "$argv"
end
function __chaos_in
    string match -q -- "$argv *" (string join ' ' -- (commandline -opc)[2..-1])' '
end
complete -c chaos -e
complete -c chaos -f
${commands.flatMap(linesOf).join('\n')}
`;

function linesOf({ name, summary, argument, flags }: CompletedCommand): string[] {
  const words = name.split(' ');
  const [last = '', before] = [words.at(-1), words.slice(0, -1).join(' ')];
  const topic = before === '' ? [] : [`complete -c chaos -n '__chaos_next' -a ${before}`];
  return [
    ...topic,
    `complete -c chaos -n '__chaos_next${before === '' ? '' : ` ${before}`}' -a ${last} -d ${quoted(summary)}`,
    ...offered(argument).map((how) => `complete -c chaos -n '__chaos_in ${name}' ${how}`),
    ...flags.map((flag) => `complete -c chaos -n '__chaos_in ${name}' ${flagLine(flag)}`),
  ];
}

function flagLine({ name, char, summary, value }: CompletedFlag): string {
  const short = char === undefined ? '' : ` -s ${char}`;
  const takes = value ? ` -r ${value.offer === 'files' ? '-F' : ['-f', ...offered(value.offer)].join(' ')}` : '';
  return `-l ${name}${short}${takes} -d ${quoted(summary)}`;
}

function offered(offer: Offer): string[] {
  if (offer === undefined) return [];
  if (offer === 'files') return ['-F'];
  return [offer === 'regions' ? "-a '(__chaos_regions)'" : `-a '${offer.join(' ')}'`];
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
