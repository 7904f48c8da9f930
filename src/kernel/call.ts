import type { Json } from './json.ts';
import { shellLine } from './shell-line.ts';

/**
 * One request to an account, as plain data: what a fault's `steps` returns, what `plan` prints, what the journal
 * records and what the host sends. `O` is the type of its answer and exists for the compiler alone.
 */
export interface Call<O = unknown> {
  /** `ec2`, `route-53`, `auto-scaling` and so on: an AWS service; `facility`: the physical layer of an
   *  embedded region; `process`: the caller's own machine; `command`: a program that the author of the experiment named. */
  readonly service: Service;
  readonly operation: string;
  readonly input: { readonly [key: string]: Json | undefined };
  /** Error codes that mean "it is already so": a repeat of this call that meets one of them has succeeded. */
  readonly already?: readonly string[];
  /** Members of `input` that the account alone can tell when the call is sent: the id of what an earlier call made. */
  readonly lookUps?: readonly LookUp[];
  readonly _output?: O;
}

/** Where a member of a call's input is read, just before the call is sent. */
export interface LookUp {
  readonly member: string;
  /** A call that only reads. */
  readonly call: Omit<Call, 'lookUps'>;
  /** Keys and positions that lead through the answer to the value. */
  readonly path: readonly (string | number)[];
  /** Whether the member is a list of this one value. */
  readonly asList?: boolean;
  /** Whether the call has nothing to do when there is no such value. Otherwise it fails. */
  readonly optional?: boolean;
}

type Service =
  | 'auto-scaling'
  | 'cloudwatch'
  | 'ec2'
  | 'elastic-load-balancing-v2'
  | 'iam'
  | 'route-53'
  | 'ssm'
  | 'sts'
  | 'facility'
  | 'process'
  | 'command';

/** A call in one line, as the plan and the journal show it; a program of the author's as a shell would take it. */
export function describeCall({ service, operation, input, lookUps = [] }: Call): string {
  if (service === 'command') return `${service}:${operation} ${shellLine(input.command as readonly string[])}`;
  const found = lookUps.map(({ member, call }) => [member, `found by ${call.service}:${call.operation}`]);
  return `${service}:${operation} ${JSON.stringify({ ...input, ...Object.fromEntries(found) })}`;
}
