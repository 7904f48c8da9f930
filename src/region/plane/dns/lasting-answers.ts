/** So many answers are remembered: more names than are asked for again and again. */
const MOST = 4_096;

/**
 * Answers, as octets, that stay the same until the zones change, by the query without its id: the same octets deserve the
 * same answer.
 */
export class LastingAnswers {
  readonly #edition: () => unknown;
  readonly #answers = new Map<string, Buffer>();
  #last: unknown;

  /** @param edition what is another object when the zones have changed. */
  constructor(edition: () => unknown) {
    this.#edition = edition;
    this.#last = edition();
  }

  /** The answer to a query, under its id; undefined when none is remembered. */
  find(packet: Buffer): Buffer | undefined {
    const edition = this.#edition();
    if (edition !== this.#last) {
      this.#answers.clear();
      this.#last = edition;
      return undefined;
    }
    const known = this.#answers.get(keyOf(packet));
    if (!known) return undefined;
    // A copy: the socket may still hold the one before.
    const answer = Buffer.from(known);
    packet.copy(answer, 0, 0, 2);
    return answer;
  }

  remember(packet: Buffer, answer: Buffer): void {
    if (this.#answers.size >= MOST) this.#answers.clear();
    this.#answers.set(keyOf(packet), Buffer.from(answer));
  }
}

const keyOf = (packet: Buffer): string => packet.toString('latin1', 2);
