import type { ChangeInfo } from '@aws-sdk/client-route-53';
import { Fault } from '../fault.ts';
import type { DnsChange, HostedZone, RegionState } from '../state.ts';

/** The hosted zone of an id, with or without `/hostedzone/` before it. */
export function requireZone(state: RegionState, id: string | undefined): HostedZone {
  const bare = (id ?? '').replace(/^\/?hostedzone\//, '');
  const zone = state.hostedZones.find((candidate) => candidate.id === bare);
  if (!zone) throw new Fault('NoSuchHostedZone', `No hosted zone found with ID: ${bare}`, 404);
  return zone;
}

export const changeView = ({ id, status, submittedMs, comment }: DnsChange): ChangeInfo => ({
  Id: `/change/${id}`,
  Status: status,
  SubmittedAt: new Date(submittedMs),
  ...(comment !== '' && { Comment: comment }),
});

export const invalidInput = (message: string): Fault => new Fault('InvalidInput', message, 400);

/** The most items of a page, checked as the service checks it. */
export function maxItems(asked: number | undefined, most: number): number {
  if (asked === undefined) return most;
  if (!Number.isInteger(asked) || asked < 1) throw invalidInput(`Invalid MaxItems: ${asked}`);
  return Math.min(asked, most);
}
