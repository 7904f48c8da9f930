import type { Steps } from '../step.ts';
import { describeProcesses, describeRegion } from './describe-region.ts';
import { describeState } from './describe-state.ts';
import { acquireLease, describeLease, releaseLease, renewLease } from './lease.ts';
import { cutPower, describeZones, restorePower } from './power.ts';
import { describeToxics, removeToxic, setToxic } from './toxics.ts';

/** The facility's operations that concern the state alone; the region program answers the rest. */
export const FACILITY: Steps = {
  DescribeRegion: describeRegion,
  DescribeZones: describeZones,
  DescribeProcesses: describeProcesses,
  DescribeLease: describeLease,
  DescribeState: describeState,
  DescribeToxics: describeToxics,
  CutPower: cutPower,
  RestorePower: restorePower,
  SetToxic: setToxic,
  RemoveToxic: removeToxic,
  AcquireLease: acquireLease,
  RenewLease: renewLease,
  ReleaseLease: releaseLease,
};
