import { describeDependencies } from '../dependencies/describe-dependencies.ts';
import type { Steps } from '../step.ts';
import { checked } from './check-input.ts';
import { describeProcesses, describeRegion } from './describe-region.ts';
import { describeState } from './describe-state.ts';
import { acquireLease, describeLease, releaseLease, renewLease } from './lease.ts';
import { cutPower, describeZones, restorePower } from './power.ts';
import { describeToxics, removeToxic, setToxic } from './toxics.ts';
import { describeTroubles, removeTrouble, setTrouble } from './troubles.ts';

/** The facility's operations that concern the state alone; the region program answers the rest. */
export const FACILITY: Steps = {
  DescribeRegion: describeRegion,
  DescribeZones: describeZones,
  DescribeProcesses: checked({ instanceIds: 'texts?' }, describeProcesses),
  DescribeLease: describeLease,
  DescribeState: describeState,
  DescribeDependencies: describeDependencies,
  DescribeToxics: describeToxics,
  CutPower: checked({ zoneId: 'text' }, cutPower),
  RestorePower: checked({ zoneId: 'text' }, restorePower),
  SetToxic: checked({ name: 'text', from: 'text', to: 'text', toxic: 'object' }, setToxic),
  RemoveToxic: checked({ name: 'text' }, removeToxic),
  DescribeTroubles: describeTroubles,
  SetTrouble: checked({ name: 'text', trouble: 'object', expiresInMs: 'number' }, setTrouble),
  RemoveTrouble: checked({ name: 'text' }, removeTrouble),
  AcquireLease: checked(
    { runId: 'text', owner: 'text', purpose: 'text', home: 'text?', ttlMs: 'number', after: 'number?' },
    acquireLease,
  ),
  RenewLease: checked({ runId: 'text', ttlMs: 'number' }, renewLease),
  ReleaseLease: checked({ runId: 'text' }, releaseLease),
};
