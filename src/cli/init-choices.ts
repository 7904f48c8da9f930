import { ChaosError } from '../kernel/errors.ts';

/** What can go wrong in a first experiment, with the words in which it is offered. */
export const LOSSES = {
  zone: 'an availability zone loses its power',
  instance: 'an instance stops',
  record: 'a DNS record is removed',
} as const;
export type Loss = keyof typeof LOSSES;

export const ZONES_MAX = 6;

/** What a first experiment is about. */
export interface Choices {
  readonly lose: Loss;
  readonly zones: number;
  /** The command line of one's own system; absent: the shop that comes with this program. */
  readonly command?: string;
  /** The page of one's own system that its users ask for. */
  readonly page: string;
}

export const DEFAULTS: Choices = { lose: 'zone', zones: 3, page: '/' };

/** @throws ChaosError CLI_USAGE for what cannot be written into an experiment as it is meant. */
export function checkChoices({ command, page }: Choices): void {
  if (command?.trim() === '') {
    throw new ChaosError({
      code: 'CLI_USAGE',
      what: 'the command of --command is empty',
      fix: 'write one, such as --command "node server.js", or leave it out: then it is the shop that comes with chaos',
    });
  }
  if (!isPage(page)) {
    throw new ChaosError({
      code: 'CLI_USAGE',
      what: `"${page}" cannot be the page that users ask for`,
      fix: 'write a path that begins with "/" and has neither spaces nor "${", such as --page /healthz',
    });
  }
}

export const isPage = (text: string): boolean => /^\/[^\s#]*$/.test(text) && !text.includes('${');

/** Why the system is known not to hold; undefined when the shop does, and when of one's own nobody knows. */
export function whyItFalls({ lose, zones, command }: Choices): string | undefined {
  if (lose === 'record' && command !== undefined)
    return 'whoever looks its name up finds nothing until the record is back';
  if (lose !== 'zone') return undefined;
  if (zones === 1) return 'the only zone is lost, and nothing is left to serve';
  if (zones === 2 && command === undefined) return 'of the two nodes of its store one is lost, and one is no majority';
  return undefined;
}
