import { CallError } from '../kernel/errors.ts';
import type { ReadPort } from '../kernel/ports.ts';

/** Whether this very instance of the account is known to exist no longer. One that is only silent is not gone. */
export const isGone = async ({ account }: Pick<ReadPort, 'account'>): Promise<boolean> =>
  (await account.exists?.()) === false;

const CODE = 'AccountGone';

/** What a call fails with that was under way when the account ended. */
export const accountGone = (port: Pick<ReadPort, 'account'>, ambiguous: boolean): CallError =>
  new CallError(CODE, `${nameOf(port)} has ended`, { ambiguous });

/** Whether a call failed because the account is gone. */
export const saysGone = (error: unknown): boolean => error instanceof CallError && error.code === CODE;

/**
 * Does something with the account. A failure that waiting might mend is not waited for when the account is gone.
 * @throws CallError what `work` threw; one that `saysGone` knows, which is not retryable, when the account is gone.
 */
export async function unlessGone<T>(port: Pick<ReadPort, 'account'>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CallError && error.retryable && (await isGone(port)))) throw error;
    throw accountGone(port, error.ambiguous);
  }
}

/** The account, as it is called in a sentence. */
export const nameOf = ({ account: { kind, name } }: Pick<ReadPort, 'account'>): string =>
  kind === 'embedded' ? `the region "${name}"` : `the account "${name}"`;
