import { hostname } from 'node:os';
import { CallError, type Problem } from '../kernel/errors.ts';
import { facility, type LeaseFacts } from '../kernel/facility.ts';
import type { Account, Lease, WritePort } from '../kernel/ports.ts';
import { shellWord } from '../kernel/shell-line.ts';
import { openHostLease } from './host-lease.ts';
import { LEASE_PATH } from './parameter-notes.ts';
import { namespaceOfProcesses, startTimeOf } from './process-table.ts';
import { userName } from './user-name.ts';

export interface LeaseOptions {
  readonly runId: string;
  /** The folder under which this run is recorded, for whoever finds its lease. Absolute. */
  readonly home: string;
  /** Targets that an earlier run left harmed, and rollbacks that it did not play; undefined when its journal cannot be read. */
  readonly pendingOf: (run: EarlierRun) => Promise<readonly string[] | undefined>;
}

/** A run that had the account, and the folder under which it said that it is recorded. */
export interface EarlierRun {
  readonly runId: string;
  readonly home?: string;
}

/** A holder that has not renewed for so long is taken for dead. */
const LEASE_MS = 30_000;
const CALL_MS = 10_000;

/** The lease of an account, kept in the account; on the machine for an account of kind host. */
export function openLease(port: WritePort, options: LeaseOptions): Lease {
  return port.account.kind === 'host' ? openHostLease(options) : openRegionLease(port, options);
}

/** Gives back what a dead run held. Nothing when another run holds it by now. */
export const releaseLease = (port: WritePort, runId: string): Promise<void> =>
  openLease(port, { runId, home: '', pendingOf: async () => undefined }).release();

/**
 * Takes the account from whoever holds it under the id of that run: from then on a region refuses what the deposed process
 * still sends; an endpoint has no such fence. Nothing on a machine. @returns why another run keeps it; nothing when it is taken.
 */
export async function takeLease(
  port: WritePort,
  facts: Pick<LeaseOptions, 'runId' | 'home'>,
): Promise<readonly Problem[]> {
  if (port.account.kind === 'host') return [];
  return openRegionLease(port, { ...facts, pendingOf: async () => undefined }).acquire('restoring what it left');
}

/** Gives back what a dead run held of a region. @returns why a run keeps it, or left it harmed; nothing when it is free. */
export async function freeRegion(port: WritePort, pendingOf: LeaseOptions['pendingOf']): Promise<readonly Problem[]> {
  const { lease } = await port.read(facility('DescribeLease', {}), AbortSignal.timeout(CALL_MS));
  const problems = lease ? await problemsWith(lease, givingUp(port.account), pendingOf) : [];
  if (lease && problems.length === 0) await releaseLease(port, lease.runId);
  return problems;
}

function openRegionLease(port: WritePort, { runId, home, pendingOf }: LeaseOptions): Lease {
  // What a dead run left in the Parameter Store is not given back in its name: it might still live, and renew it meanwhile.
  const deposes = port.account.kind === 'endpoint';
  const write = async (call: Parameters<WritePort['write']>[0]) => {
    await port.write(call, AbortSignal.timeout(CALL_MS));
  };
  return {
    async acquire(purpose) {
      const { lease } = await port.read(facility('DescribeLease', {}), AbortSignal.timeout(CALL_MS));
      if (lease && lease.runId !== runId) {
        const problems = await problemsWith(lease, givingUp(port.account), pendingOf);
        if (problems.length > 0) return problems;
        if (!deposes) await write(facility('ReleaseLease', { runId: lease.runId }));
      }
      try {
        const after = lease && (deposes || lease.runId === runId) ? lease.token : 0;
        const claim = { runId, owner: await ownerText(), purpose, home, ttlMs: LEASE_MS, after };
        await write(facility('AcquireLease', claim));
        return [];
      } catch (error) {
        if (error instanceof CallError && error.code === 'LeaseHeld') return [heldBy(error.message)];
        throw error;
      }
    },
    renew: () => write(facility('RenewLease', { runId, ttlMs: LEASE_MS })),
    release: () => write(facility('ReleaseLease', { runId })),
  };
}

/** How to let go of an account whose last run nobody can recover. */
const givingUp = ({ kind, name }: Account): string =>
  kind === 'embedded'
    ? `give the region up with "chaos region down ${name}"`
    : `see for yourself that nothing is harmed there, and delete the parameters under "${LEASE_PATH}" of its Parameter Store`;

/** Why another run's lease keeps this run out; nothing when that run is dead and left nothing harmed. */
async function problemsWith(
  lease: LeaseFacts,
  givingUp: string,
  pendingOf: LeaseOptions['pendingOf'],
): Promise<readonly Problem[]> {
  const dead = lease.expiresInMs <= 0 || (await isDead(lease.owner));
  if (!dead) return [heldBy(`run ${lease.runId} (${lease.owner}, ${lease.purpose}) holds the account`, lease)];
  return leftBy(lease, await pendingOf(lease), givingUp);
}

/** The owner in words that also identify the process, as long as it is asked on the same machine. */
async function ownerText(): Promise<string> {
  return `${userName()}@${hostname()}, pid ${process.pid}, started ${await startTimeOf(process.pid)}${await namespaceText()}`;
}

/** Containers may have the name of their machine, and count their processes anew. */
async function namespaceText(): Promise<string> {
  const namespace = await namespaceOfProcesses();
  return namespace === undefined ? '' : `, in ${namespace}`;
}

/** Whether the owner is known to be dead: a process of this machine, and among those seen here, that no longer lives. */
async function isDead(owner: string): Promise<boolean> {
  const [, host, pid, startTime, namespace] = /@(.+), pid (\d+), started (.+?)(, in .+)?$/.exec(owner) ?? [];
  if (host !== hostname() || pid === undefined || (namespace ?? '') !== (await namespaceText())) return false;
  return (await startTimeOf(Number(pid))) !== startTime;
}

/** Another run holds the account. */
export const heldBy = (what: string, run?: EarlierRun): Problem => ({
  code: 'SAFETY_LEASE',
  what,
  fix:
    run === undefined
      ? 'wait until that run has ended'
      : `wait until it has ended, or end it with "${at(run)}chaos abort ${run.runId}"`,
});

/**
 * Why a run that is dead keeps the next one out: it left something harmed, or nobody can tell, because its journal cannot
 * be read. A run that ended well has given its lease back.
 */
export function leftBy(run: EarlierRun, pending: readonly string[] | undefined, givingUp: string): readonly Problem[] {
  if (pending?.length === 0) return [];
  const { runId, home } = run;
  const command = `${at(run)}chaos recover ${runId}`;
  const recover = `run "${command}" first`;
  const byHand = `${recover}; what it cannot restore, restore by hand, and then say so with "${command} --restored-by-hand"`;
  if (pending) return [dirty(`run ${runId} ended and left to be restored: ${pending.join(', ')}`, byHand)];
  const place = home === undefined ? 'it is not recorded here' : `its record in "${home}" cannot be read`;
  return [dirty(`run ${runId} died, and what it left harmed is not known: ${place}`, `${recover}, or ${givingUp}`)];
}

const dirty = (what: string, fix: string): Problem => ({ code: 'SAFETY_DIRTY', what, fix });

/** The words before a command that concerns a run which may be recorded elsewhere. */
const at = ({ home }: EarlierRun): string => (home === undefined ? '' : `CHAOS_HOME=${shellWord(home)} `);
