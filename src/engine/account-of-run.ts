import type { Entry } from '../journal/entries.ts';
import type { Pending, PendingRollbacks } from '../journal/pending.ts';
import { CallError, ChaosError } from '../kernel/errors.ts';
import type { WritePort } from '../kernel/ports.ts';
import type { RecoverContext } from './api.ts';
import { isForeign, unsealed } from './trust.ts';

type Started = Extract<Entry, { type: 'run-started' }>;

/**
 * The account of a run that is to be recovered. Without a port it is gone, and all that stood there with it; or, `unseen`,
 * nobody can look at an endpoint, or at a region whose data are elsewhere, of which somebody says that he
 * has restored it by hand.
 * @throws ChaosError SAFETY_SEAL before anything is sent to an endpoint that a stranger's record names; what `connect`
 * throws when the account cannot be reached.
 */
export async function accountOf(
  started: Started,
  kept: readonly (Pending | PendingRollbacks | undefined)[],
  folder: string,
  context: RecoverContext,
): Promise<{ readonly port?: WritePort; readonly unseen?: true }> {
  const { kind, endpoint, data } = started.reach;
  const isElsewhere = kind === 'endpoint' || data !== undefined;
  const isByHand = context.restoredByHand !== undefined;
  if (kind === 'endpoint' && isForeign(kept, context)) {
    if (isByHand) return { unseen: true };
    throw new ChaosError(unsealed(`calls to ${endpoint}`, folder));
  }
  try {
    return found(await context.connect(started));
  } catch (error) {
    if (isElsewhere && isByHand && error instanceof CallError) return { unseen: true };
    throw error;
  }
}

const found = (port: WritePort | undefined) => (port ? { port } : {});
