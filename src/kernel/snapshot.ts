/** The facility's operations on states of a region that are kept under a name. */
export interface SnapshotOperations {
  /**
   * Keeps the state of the region under a name. Errors `SnapshotExists` when there is one and it is not to be replaced,
   * `LeaseHeld` when another run holds the account: what it harmed is not to be kept.
   */
  SaveSnapshot: [{ name: string; replaces?: boolean }, { snapshot: SnapshotFacts }];
  DescribeSnapshots: [Record<string, never>, { snapshots: SnapshotFacts[] }];
  /**
   * Puts the region back to a snapshot, at once for whoever asks; answered when the data plane follows it. Who holds the
   * account stays who he is. Errors `SnapshotNotFound`, `SnapshotDamaged`, `LeaseHeld` when another run holds the account.
   */
  RestoreSnapshot: [{ name: string }, Record<string, never>];
  /** Removing a snapshot that is not there is no error. */
  RemoveSnapshot: [{ name: string }, Record<string, never>];
}

export interface SnapshotFacts {
  readonly name: string;
  /** When it was taken, in milliseconds since 1970; absent when it is damaged. */
  readonly takenMs?: number;
  readonly bytes: number;
  readonly instances?: number;
  /** Why it cannot be used. */
  readonly damage?: string;
}
