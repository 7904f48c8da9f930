import type { Steps } from '../step.ts';
import { changeResourceRecordSets, getChange } from './change-records.ts';
import { listResourceRecordSets } from './list-records.ts';
import { createHostedZone, deleteHostedZone, getHostedZone, listHostedZones, listHostedZonesByName } from './zones.ts';

/** The operations of Route 53 that the region has behaviour for. */
export const ROUTE53: Steps = {
  ListHostedZones: listHostedZones,
  ListHostedZonesByName: listHostedZonesByName,
  GetHostedZone: getHostedZone,
  CreateHostedZone: createHostedZone,
  DeleteHostedZone: deleteHostedZone,
  ListResourceRecordSets: listResourceRecordSets,
  ChangeResourceRecordSets: changeResourceRecordSets,
  GetChange: getChange,
};
