import type { SummaryStatus } from '@aws-sdk/client-ec2';
import type { Instance } from '../state.ts';

/** Whether the host answers: it does not while it has no electricity. */
export function systemStatus({ state, powered }: Instance): SummaryStatus {
  if (state !== 'running') return 'not-applicable';
  return powered ? 'ok' : 'impaired';
}

/** Whether the instance answers, as its process shows. */
export function instanceStatus({ state, powered, networkMs, process: seen }: Instance): SummaryStatus {
  if (state !== 'running') return 'not-applicable';
  if (!powered) return 'impaired';
  if (networkMs !== undefined) return 'initializing';
  if (seen.state === 'ready') return 'ok';
  return seen.state === 'starting' || seen.state === 'none' ? 'initializing' : 'impaired';
}

/** Whether a status check of the instance fails. */
export const isImpaired = (instance: Instance): boolean =>
  systemStatus(instance) === 'impaired' || instanceStatus(instance) === 'impaired';
