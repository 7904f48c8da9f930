import type { AutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import { aws } from '../../aws/calls.ts';
import { CallError } from '../../kernel/errors.ts';
import type { ReadPort } from '../../kernel/ports.ts';

/** What a group may be chosen by. Every given condition must be met. */
export interface GroupSelect {
  readonly name?: string | undefined;
  readonly tag?: Readonly<Record<string, string>> | undefined;
}

/** Pages read at most: an account with more groups needs a narrower selector. */
const PAGES_MAX = 50;
const PAGE_SIZE = 100;

/** Every group that meets the conditions, by name. Throws a `CallError`. */
export async function findGroups(
  { name, tag = {} }: GroupSelect,
  host: ReadPort,
  signal: AbortSignal,
): Promise<readonly AutoScalingGroup[]> {
  const filters = Object.entries(tag).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] }));
  const by = {
    MaxRecords: PAGE_SIZE,
    ...(name !== undefined && { AutoScalingGroupNames: [name] }),
    ...(filters.length > 0 && { Filters: filters }),
  };
  const found: AutoScalingGroup[] = [];
  let token: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const input = { ...by, ...(token !== undefined && { NextToken: token }) };
    const answer = await host.read(aws('auto-scaling', 'DescribeAutoScalingGroups', input), signal);
    found.push(...(answer.AutoScalingGroups ?? []));
    if (!answer.NextToken) return found.sort(byName);
    token = answer.NextToken;
  }
  throw new CallError('TooManyPages', `the selector matches more than ${PAGES_MAX * PAGE_SIZE} groups`);
}

const byName = (a: AutoScalingGroup, b: AutoScalingGroup) =>
  (a.AutoScalingGroupName ?? '') < (b.AutoScalingGroupName ?? '') ? -1 : 1;
