import { aws } from '../aws/calls.ts';
import { CallError } from '../kernel/errors.ts';
import type { LeaseFacts } from '../kernel/facility.ts';
import type { AwsCaller } from './aws.ts';

/** Who holds an account, and until when by the clock on the wall. */
export type HeldNote = Omit<LeaseFacts, 'token' | 'expiresInMs'> & { readonly untilMs: number };
type Note = HeldNote | { readonly released: true };

/** The numbered parameters of an account's lease. Every method throws a `CallError`. */
export interface Rows {
  /** The highest number, and who holds it; 0 when there is none. `LeaseDamaged` when it does not say who does. */
  highest(signal: AbortSignal): Promise<{ readonly number: number; readonly held?: HeldNote }>;
  /** @returns false when the number is taken. */
  create(number: number, note: Note, signal: AbortSignal): Promise<boolean>;
  overwrite(number: number, note: Note, signal: AbortSignal): Promise<void>;
  deleteBelow(number: number, signal: AbortSignal): Promise<void>;
}

/** Under which parameters of an account its lease is kept. */
export const LEASE_PATH = '/chaos/lease';
/** The most that GetParametersByPath and DeleteParameters take at once. */
const PAGE = 10;
/** Old numbers are deleted as soon as a higher one is taken: more pages of them are not those of this program. */
const PAGES_MAX = 10;

export function openNotes(caller: AwsCaller): Rows {
  const put = async (number: number, note: Note, Overwrite: boolean, signal: AbortSignal) => {
    const input = { Name: `${LEASE_PATH}/${number}`, Value: JSON.stringify(note), Type: 'String' as const, Overwrite };
    await caller.write(aws('ssm', 'PutParameter', input), signal);
  };
  return {
    async highest(signal) {
      const last = (await list(caller, signal)).sort((a, b) => b.number - a.number)[0];
      if (!last) return { number: 0 };
      const note = parse(last.value);
      if (!note) throw damaged(`${LEASE_PATH}/${last.number}`);
      return { number: last.number, ...(!('released' in note) && { held: note }) };
    },
    create: (number, note, signal) =>
      put(number, note, false, signal).then(
        () => true,
        (error: unknown) => {
          if (error instanceof CallError && error.code === 'ParameterAlreadyExists') return false;
          throw error;
        },
      ),
    overwrite: (number, note, signal) => put(number, note, true, signal),
    async deleteBelow(number, signal) {
      const older = (await list(caller, signal)).filter((row) => row.number < number);
      for (let from = 0; from < older.length; from += PAGE) {
        const Names = older.slice(from, from + PAGE).map((row) => `${LEASE_PATH}/${row.number}`);
        await caller.write(aws('ssm', 'DeleteParameters', { Names }), signal);
      }
    },
  };
}

interface Row {
  readonly number: number;
  readonly value: string;
}

async function list(caller: AwsCaller, signal: AbortSignal): Promise<Row[]> {
  const rows: Row[] = [];
  let NextToken: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const input = { Path: LEASE_PATH, MaxResults: PAGE, ...(NextToken !== undefined && { NextToken }) };
    const answer = await caller.read(aws('ssm', 'GetParametersByPath', input), signal);
    for (const { Name = '', Value = '' } of answer.Parameters ?? []) {
      const number = Number(/^\/chaos\/lease\/(\d{1,15})$/.exec(Name)?.[1]);
      if (number > 0) rows.push({ number, value: Value });
    }
    ({ NextToken } = answer);
    if (!NextToken) return rows;
  }
  throw new CallError('LeaseDamaged', `more parameters lie under "${LEASE_PATH}" than this program keeps; delete them`);
}

/** Undefined when it does not say: whoever cannot read who holds an account must not take it. */
function parse(text: string): Note | undefined {
  try {
    const note: unknown = JSON.parse(text);
    const facts = typeof note === 'object' && note !== null ? (note as Record<string, unknown>) : {};
    if (facts.released === true) return { released: true };
    const isHeld = ['runId', 'owner', 'purpose'].every((key) => typeof facts[key] === 'string');
    return isHeld && typeof facts.untilMs === 'number' ? (note as HeldNote) : undefined;
  } catch {
    return undefined;
  }
}

const damaged = (name: string) =>
  new CallError('LeaseDamaged', `the parameter "${name}" does not say who holds the account; delete it if nobody does`);
