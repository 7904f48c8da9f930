import {
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  GetHealthCheckCommand,
  GetHealthCheckStatusCommand,
  GetHostedZoneCommand,
  ListHealthChecksCommand,
  ListHostedZonesByNameCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  ListTagsForResourcesCommand,
  Route53Client,
  UpdateHealthCheckCommand,
} from '@aws-sdk/client-route-53';
import type { Sdk } from './sdk.ts';

/** The Route53 client and the commands that this program uses. Loaded on first use. */
export const sdk = {
  open: (config) => new Route53Client(config),
  commands: {
    ListHostedZones: ListHostedZonesCommand,
    ListHostedZonesByName: ListHostedZonesByNameCommand,
    GetHostedZone: GetHostedZoneCommand,
    ListResourceRecordSets: ListResourceRecordSetsCommand,
    GetChange: GetChangeCommand,
    ListHealthChecks: ListHealthChecksCommand,
    GetHealthCheck: GetHealthCheckCommand,
    GetHealthCheckStatus: GetHealthCheckStatusCommand,
    ListTagsForResources: ListTagsForResourcesCommand,
    ChangeResourceRecordSets: ChangeResourceRecordSetsCommand,
    UpdateHealthCheck: UpdateHealthCheckCommand,
  },
} satisfies Sdk<'route-53'>;
