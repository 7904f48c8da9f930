import type { BatchResultErrorEntry } from '@aws-sdk/client-sqs';
import { Fault } from '../fault.ts';

const MOST_ENTRIES = 10;

/** The entries of a batch. @throws Fault when there are none or too many, or their ids do not tell them apart. */
export function readEntries<E extends { Id: string | undefined }>(given: readonly E[] | undefined): readonly E[] {
  const entries = given ?? [];
  if (entries.length === 0) {
    throw new Fault('EmptyBatchRequest', 'There should be at least one entry in the request.', 400);
  }
  if (entries.length > MOST_ENTRIES) {
    const why = `Maximum number of entries per request are ${MOST_ENTRIES}. You have sent ${entries.length}.`;
    throw new Fault('TooManyEntriesInBatchRequest', why, 400);
  }
  const ids = entries.map(({ Id }) => Id ?? '');
  if (ids.some((id) => !/^[A-Za-z0-9_-]{1,80}$/.test(id))) {
    const why = 'A batch entry id can only contain alphanumeric characters, hyphens and underscores.';
    throw new Fault('InvalidBatchEntryId', `${why} It can be at most 80 letters long.`, 400);
  }
  const twice = ids.find((id, k) => ids.indexOf(id) < k);
  if (twice !== undefined) throw new Fault('BatchEntryIdsNotDistinct', `Id ${twice} repeated.`, 400);
  return entries;
}

interface Answer<O> {
  readonly Successful: (O & { Id: string })[];
  readonly Failed: BatchResultErrorEntry[];
}

/** Each entry by itself: one that is refused leaves the others alone. */
export function doEach<E extends { Id: string | undefined }, O extends object>(
  entries: readonly E[],
  act: (entry: E) => O,
): Answer<O> {
  const answer: Answer<O> = { Successful: [], Failed: [] };
  for (const entry of entries) {
    const Id = entry.Id ?? '';
    try {
      answer.Successful.push({ ...act(entry), Id });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      answer.Failed.push({ Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  }
  return answer;
}
