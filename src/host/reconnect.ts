import { CallError } from '../kernel/errors.ts';
import type { AccountKind, WritePort } from '../kernel/ports.ts';
import { shellLine } from '../kernel/shell-line.ts';
import { openEmbedded } from './embedded.ts';
import { reopenEndpoint } from './endpoint.ts';
import { openHostAccount } from './host-account.ts';
import { isKept } from './region-data.ts';
import { readRegionFile } from './region-file.ts';

/** What the journal of a run says of its account. */
export interface AccountOfRun {
  readonly reach: {
    readonly kind: AccountKind;
    readonly name: string;
    readonly endpoint?: string;
    readonly region?: string;
    readonly data?: string;
  };
  readonly account: { readonly instance: string };
}

/**
 * Reaches the account of an earlier run again. Undefined when that very instance of it is gone, and with it whatever was
 * harmed. Throws a `CallError` when it seems to exist and does not answer, and a `ChaosError` SAFETY_ACCOUNT when the
 * account guard refuses it. `allowedHosts` are those that the user's configuration allows the account of that name.
 */
export async function reconnect(
  { reach, account }: AccountOfRun,
  home: string,
  allowedHosts: readonly string[] = [],
): Promise<WritePort | undefined> {
  if (reach.kind === 'host') {
    const port = await openHostAccount(reach.name);
    return port.account.instance === account.instance ? port : undefined;
  }
  const { name, endpoint, region } = reach;
  if (reach.kind === 'endpoint' && endpoint !== undefined && region !== undefined)
    return reopenEndpoint({ name, endpoint, region, allowedHosts }, account.instance);
  if (reach.kind !== 'embedded')
    throw new CallError('UnknownAccount', `an account of kind ${reach.kind} cannot be reached yet`);
  const file = await readRegionFile(home, reach.name);
  if (file?.instance !== account.instance) return goneUnlessKept(reach, account);
  try {
    return await openEmbedded(file);
  } catch (error) {
    const now = await readRegionFile(home, reach.name);
    const isAnother = error instanceof CallError && error.code === 'AnotherInstance';
    if (isAnother || now?.instance !== account.instance) return goneUnlessKept(reach, account);
    throw error;
  }
}

/** @throws CallError when the region does not run and its data may hold it still: nothing of what was harmed is gone. */
async function goneUnlessKept(
  { name, data }: AccountOfRun['reach'],
  { instance }: AccountOfRun['account'],
): Promise<undefined> {
  if (data === undefined || !(await isKept({ data, instance }))) return undefined;
  const again = `start it again with "chaos region up ${shellLine(['--data', data])}"`;
  throw new CallError(
    'RegionDown',
    `the region "${name}" is not up, and its data in "${data}" hold what was harmed: ${again}`,
  );
}
