/** So many answers are remembered: more names than are asked for again and again. */
const MOST = 4_096;
/** A longer query is no everyday one: a name has at most 255 octets. */
const LONGEST = 512;

interface Lasting {
  readonly query: Buffer;
  /** Carries the id of whoever was answered last. */
  readonly answer: Buffer;
}

/**
 * Answers, as octets, that stay the same until the zones change, by the query without its id: the same octets deserve the
 * same answer. Looked up for every query there is, so without a string or a copy: by a number, and then octet by octet.
 */
export class LastingAnswers {
  readonly #edition: () => unknown;
  /** Of two queries with the same number the later one is remembered. */
  readonly #answers = new Map<number, Lasting>();
  #last: unknown;

  /** @param edition what is another object when the zones have changed. */
  constructor(edition: () => unknown) {
    this.#edition = edition;
    this.#last = edition();
  }

  /**
   * The answer to a query, under its id; undefined when none is remembered. The same octets serve the next who asks so:
   * whoever keeps them beyond this moment keeps a copy.
   */
  find(packet: Buffer): Buffer | undefined {
    const edition = this.#edition();
    if (edition !== this.#last) {
      this.#answers.clear();
      this.#last = edition;
      return undefined;
    }
    if (packet.length > LONGEST) return undefined;
    const known = this.#answers.get(numberOf(packet));
    if (!known || !sameButForId(known.query, packet)) return undefined;
    const { answer } = known;
    answer[0] = packet[0] ?? 0;
    answer[1] = packet[1] ?? 0;
    return answer;
  }

  remember(packet: Buffer, answer: Buffer): void {
    if (packet.length > LONGEST) return;
    if (this.#answers.size >= MOST) this.#answers.clear();
    this.#answers.set(numberOf(packet), { query: Buffer.from(packet), answer: Buffer.from(answer) });
  }
}

/** FNV-1a of all octets behind the id. */
function numberOf(packet: Buffer): number {
  let number = 0x811c9dc5;
  for (let index = 2; index < packet.length; index++) number = Math.imul(number ^ (packet[index] ?? 0), 0x01000193);
  return number;
}

function sameButForId(one: Buffer, other: Buffer): boolean {
  if (one.length !== other.length) return false;
  for (let index = 2; index < one.length; index++) if (one[index] !== other[index]) return false;
  return true;
}
