import { hostname, userInfo } from 'node:os';
import { CallError, type Problem } from '../kernel/errors.ts';
import { facility, type LeaseFacts } from '../kernel/facility.ts';
import type { WritePort } from '../kernel/ports.ts';
import { openHostLease } from './host-lease.ts';
import { startTimeOf } from './process-table.ts';

/** The claim of one run on its account. */
export interface AccountLease {
  acquire(purpose: string): Promise<readonly Problem[]>;
  renew(): Promise<void>;
  release(): Promise<void>;
}

export interface LeaseOptions {
  readonly runId: string;
  /** Targets that the journal of an earlier run, if it is here, still lists as harmed. */
  readonly pendingOf: (runId: string) => Promise<readonly string[]>;
}

/** A holder that has not renewed for so long is taken for dead. */
const LEASE_MS = 30_000;
const CALL_MS = 10_000;

/** The lease of an account, kept in the account: by the region itself, or on the machine for an account of kind host. */
export function openLease(port: WritePort, options: LeaseOptions): AccountLease {
  return port.account.kind === 'host' ? openHostLease(options) : openRegionLease(port, options);
}

function openRegionLease(port: WritePort, { runId, pendingOf }: LeaseOptions): AccountLease {
  const write = async (call: Parameters<WritePort['write']>[0]) => {
    await port.write(call, AbortSignal.timeout(CALL_MS));
  };
  return {
    async acquire(purpose) {
      const { lease } = await port.read(facility('DescribeLease', {}), AbortSignal.timeout(CALL_MS));
      if (lease && lease.runId !== runId) {
        const problems = await problemsWith(lease, pendingOf);
        if (problems.length > 0) return problems;
        await write(facility('ReleaseLease', { runId: lease.runId }));
      }
      try {
        await write(facility('AcquireLease', { runId, owner: await ownerText(), purpose, ttlMs: LEASE_MS }));
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

/** Why another run's lease keeps this run out; nothing when that run is dead and left nothing harmed. */
async function problemsWith(lease: LeaseFacts, pendingOf: LeaseOptions['pendingOf']): Promise<readonly Problem[]> {
  const dead = lease.expiresInMs <= 0 || (await isDead(lease.owner));
  if (!dead) return [heldBy(`run ${lease.runId} (${lease.owner}, ${lease.purpose}) holds the account`, lease.runId)];
  const pending = await pendingOf(lease.runId);
  return pending.length > 0 ? [dirty(lease.runId, pending)] : [];
}

/** The owner in words that also identify the process, as long as it is asked on the same machine. */
async function ownerText(): Promise<string> {
  return `${userInfo().username}@${hostname()}, pid ${process.pid}, started ${await startTimeOf(process.pid)}`;
}

/** Whether the owner is known to be dead: a process of this machine that no longer lives. */
async function isDead(owner: string): Promise<boolean> {
  const [, host, pid, startTime] = /@(.+), pid (\d+), started (.+)$/.exec(owner) ?? [];
  return host === hostname() && pid !== undefined && (await startTimeOf(Number(pid))) !== startTime;
}

/** Another run holds the account. */
export const heldBy = (what: string, runId?: string): Problem => ({
  code: 'SAFETY_LEASE',
  what,
  fix:
    runId === undefined
      ? 'wait until that run has ended'
      : `wait until it has ended, or end it with "chaos abort ${runId}"`,
});

/** A run that is dead left the account harmed. */
export const dirty = (runId: string, pending: readonly string[]): Problem => ({
  code: 'SAFETY_DIRTY',
  what: `run ${runId} ended without restoring ${pending.join(', ')}`,
  fix: `run "chaos recover ${runId}" first`,
});
