import { createInterface } from 'node:readline/promises';
import { type Choices, DEFAULTS, isPage, LOSSES, type Loss, ZONES_MAX } from './init-choices.ts';
import { forTerminal } from './terminal.ts';

/** What the command line has said already is not asked. */
export type Given = Partial<Choices>;

/** A question with what an answer means; `undefined` when it means nothing, and the question is asked again. */
interface Question<T> {
  readonly text: string;
  readonly read: (answer: string) => T | undefined;
  readonly hint: string;
}

const LOSS_NAMES = Object.keys(LOSSES) as Loss[];

const LOSE: Question<Loss> = {
  text: [
    'What goes wrong?',
    ...LOSS_NAMES.map((name, k) => `  ${k + 1}  ${name}: ${LOSSES[name]}`),
    `[${DEFAULTS.lose}] `,
  ].join('\n'),
  read: (answer) =>
    answer === ''
      ? DEFAULTS.lose
      : LOSS_NAMES.find((name, k) => name === answer.toLowerCase() || `${k + 1}` === answer),
  hint: `type one of ${LOSS_NAMES.join(', ')}, or its number`,
};

const ZONES: Question<number> = {
  text: `In how many availability zones does the system run? [${DEFAULTS.zones}] `,
  read: (answer) => {
    const zones = answer === '' ? DEFAULTS.zones : Number(answer);
    return Number.isInteger(zones) && zones >= 1 && zones <= ZONES_MAX ? zones : undefined;
  },
  hint: `type a number from 1 to ${ZONES_MAX}`,
};

const COMMAND: Question<{ command?: string }> = {
  text: [
    'What is the system? Type the command that starts a server on $PORT, or',
    'nothing for the shop that comes with chaos.',
    '[the shop] ',
  ].join('\n'),
  read: (answer) => (answer === '' ? {} : { command: answer }),
  hint: '',
};

const PAGE: Question<string> = {
  text: `Which page of it do users ask for? [${DEFAULTS.page}] `,
  read: (answer) => (answer === '' ? DEFAULTS.page : isPage(answer) ? answer : undefined),
  hint: 'type a path that begins with "/" and has no spaces, such as /healthz',
};

/**
 * Asks for what was not given; an empty answer is the default.
 * @returns undefined when whoever is asked ends it instead (Ctrl-C, Ctrl-D).
 */
export async function askChoices(
  given: Given,
  streams: {
    readonly input: NodeJS.ReadableStream;
    readonly output: NodeJS.WritableStream;
    readonly isTerminal?: boolean;
  },
): Promise<Choices | undefined> {
  const { input, output, isTerminal } = streams;
  const terminal = createInterface({ input, output, ...(isTerminal !== undefined && { terminal: isTerminal }) });
  // Lines that are typed, or pasted, before they are asked for wait in the iterator.
  const lines = terminal[Symbol.asyncIterator]();
  terminal.on('SIGINT', () => terminal.close());
  const ask = async <T>({ text, read, hint }: Question<T>): Promise<T> => {
    for (;;) {
      terminal.setPrompt(forTerminal(text));
      terminal.prompt();
      const line = await lines.next();
      if (line.done) throw ENDED;
      const answer = read(line.value.trim());
      if (answer !== undefined) return answer;
      output.write(`${hint}\n`);
    }
  };
  try {
    const lose = given.lose ?? (await ask(LOSE));
    const zones = given.zones ?? (await ask(ZONES));
    const system = given.command === undefined ? await ask(COMMAND) : { command: given.command };
    const isShop = system.command === undefined;
    const page = given.page ?? (isShop ? DEFAULTS.page : await ask(PAGE));
    return { lose, zones, ...system, page };
  } catch (error) {
    if (error !== ENDED) throw error;
    output.write('\n');
    return undefined;
  } finally {
    terminal.close();
  }
}

const ENDED = new Error('nobody answers any more');
