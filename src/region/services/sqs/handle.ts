import { Fault } from '../fault.ts';
import type { Message } from './queue.ts';

/** What a receipt handle says: which message, and which receiving of it. */
export interface Handle {
  readonly sequence: number;
  readonly receipt: string;
}

/** The handle that a receiver gets for a message: another one each time. */
export const handleOf = (queue: string, { sequence, receipt = '' }: Message): string =>
  Buffer.from(`${queue}/${sequence}/${receipt}`).toString('base64');

/** @throws Fault ReceiptHandleIsInvalid for what is no handle of this queue. */
export function readHandle(queue: string, text: string | undefined): Handle {
  const [name, sequence = '', receipt = ''] = Buffer.from(text ?? '', 'base64')
    .toString()
    .split('/');
  if (name === queue && /^\d{1,15}$/.test(sequence)) return { sequence: Number(sequence), receipt };
  throw new Fault(
    'ReceiptHandleIsInvalid',
    `The input receipt handle "${(text ?? '').slice(0, 200)}" is not a valid receipt handle.`,
    404,
  );
}
