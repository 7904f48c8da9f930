import type { Steps } from '../step.ts';
import { changeResourceRecordSets, getChange } from './change-records.ts';
import {
  createHealthCheck,
  deleteHealthCheck,
  getHealthCheck,
  getHealthCheckCount,
  getHealthCheckStatus,
  listHealthChecks,
} from './health-checks.ts';
import { listResourceRecordSets } from './list-records.ts';
import { changeTagsForResource, listTagsForResource, listTagsForResources } from './tags.ts';
import { updateHealthCheck } from './update-health-check.ts';
import { associateVpc, disassociateVpc, listHostedZonesByVpc } from './vpcs.ts';
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
  AssociateVPCWithHostedZone: associateVpc,
  DisassociateVPCFromHostedZone: disassociateVpc,
  ListHostedZonesByVPC: listHostedZonesByVpc,
  CreateHealthCheck: createHealthCheck,
  GetHealthCheck: getHealthCheck,
  GetHealthCheckCount: getHealthCheckCount,
  GetHealthCheckStatus: getHealthCheckStatus,
  ListHealthChecks: listHealthChecks,
  UpdateHealthCheck: updateHealthCheck,
  DeleteHealthCheck: deleteHealthCheck,
  ChangeTagsForResource: changeTagsForResource,
  ListTagsForResource: listTagsForResource,
  ListTagsForResources: listTagsForResources,
};
