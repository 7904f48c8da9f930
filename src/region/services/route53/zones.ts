import type {
  CreateHostedZoneRequest,
  CreateHostedZoneResponse,
  DeleteHostedZoneRequest,
  DeleteHostedZoneResponse,
  GetHostedZoneRequest,
  GetHostedZoneResponse,
  HostedZone as HostedZoneView,
  ListHostedZonesByNameRequest,
  ListHostedZonesByNameResponse,
  ListHostedZonesRequest,
  ListHostedZonesResponse,
} from '@aws-sdk/client-route-53';
import { Fault } from '../fault.ts';
import type { HostedZone } from '../state.ts';
import type { Step } from '../step.ts';
import { emptyHostedZone, nameServersOf } from './build-hosted-zone.ts';
import { submit } from './change-records.ts';
import { changeView, invalidInput, maxItems, requireZone } from './find-zone.ts';
import { compareNames, requireName } from './names.ts';
import { refuseConflict, requireVpc, vpcView } from './vpcs.ts';

export const listHostedZones: Step<ListHostedZonesRequest, ListHostedZonesResponse> = (state, input) => {
  const most = maxItems(input.MaxItems, 100);
  const from = input.Marker === undefined ? 0 : state.hostedZones.findIndex(({ id }) => id === input.Marker);
  if (from < 0) throw new Fault('NoSuchHostedZone', `No hosted zone found with ID: ${input.Marker}`, 404);
  const rest = state.hostedZones.slice(from);
  const next = rest[most];
  return {
    HostedZones: rest.slice(0, most).map(zoneView),
    IsTruncated: next !== undefined,
    MaxItems: most,
    ...(input.Marker !== undefined && { Marker: input.Marker }),
    ...(next && { NextMarker: next.id }),
  } as ListHostedZonesResponse;
};

export const listHostedZonesByName: Step<ListHostedZonesByNameRequest, ListHostedZonesByNameResponse> = (
  state,
  input,
) => {
  const { DNSName: dnsName, HostedZoneId: zoneId } = input;
  const most = maxItems(input.MaxItems, 100);
  if (zoneId !== undefined && dnsName === undefined) throw invalidInput('The request holds an id without a name');
  const from = dnsName === undefined ? undefined : requireName(dnsName);
  const ordered = [...state.hostedZones].sort((a, b) => compareNames(a.name, b.name) || (a.id < b.id ? -1 : 1));
  const rest = ordered.filter(({ name, id }) => {
    const order = from === undefined ? 1 : compareNames(name, from);
    return order > 0 || (order === 0 && id >= (zoneId ?? ''));
  });
  const next = rest[most];
  return {
    HostedZones: rest.slice(0, most).map(zoneView),
    IsTruncated: next !== undefined,
    MaxItems: most,
    ...(dnsName !== undefined && { DNSName: dnsName }),
    ...(zoneId !== undefined && { HostedZoneId: zoneId }),
    ...(next && { NextDNSName: next.name, NextHostedZoneId: next.id }),
  };
};

export const getHostedZone: Step<GetHostedZoneRequest, GetHostedZoneResponse> = (state, input) => {
  const zone = requireZone(state, input.Id);
  const where = zone.vpcs ? { VPCs: zone.vpcs.map(vpcView) } : { DelegationSet: { NameServers: nameServersOf(state) } };
  return { HostedZone: zoneView(zone), ...where };
};

export const createHostedZone: Step<CreateHostedZoneRequest, CreateHostedZoneResponse> = (state, input, ctx) => {
  const name = requireName(input.Name);
  const { CallerReference: callerReference = '', HostedZoneConfig: config } = input;
  if (config?.PrivateZone && !input.VPC) throw invalidInput('A private hosted zone needs a VPC.');
  if (input.DelegationSetId !== undefined) {
    throw new Fault('UnsupportedOperation', 'The region does not honour "DelegationSetId" of a hosted zone.', 501);
  }
  const vpc = input.VPC && requireVpc(state, input.VPC);
  if (vpc) refuseConflict(state, name, vpc);
  if (state.hostedZones.some((zone) => zone.callerReference === callerReference)) {
    const why = `A hosted zone has already been created with the specified caller reference: ${callerReference}`;
    throw new Fault('HostedZoneAlreadyExists', why, 409);
  }
  const zone = emptyHostedZone(state, ctx.random, { name, callerReference, comment: config?.Comment });
  zone.published = [];
  if (vpc) zone.vpcs = [vpc];
  const changes = zone.records.map((record) => ({ action: 'CREATE' as const, record }));
  state.hostedZones = [...state.hostedZones, zone];
  return {
    HostedZone: zoneView(zone),
    ChangeInfo: changeView(submit(state, zone, changes, ctx)),
    ...(vpc ? { VPC: vpcView(vpc) } : {}),
    DelegationSet: { NameServers: nameServersOf(state) },
    Location: `https://route53.amazonaws.com/2013-04-01/hostedzone/${zone.id}`,
  };
};

export const deleteHostedZone: Step<DeleteHostedZoneRequest, DeleteHostedZoneResponse> = (state, input, ctx) => {
  const zone = requireZone(state, input.Id);
  if (zone.records.some(({ name, type }) => name !== zone.name || (type !== 'NS' && type !== 'SOA'))) {
    const why = 'The specified hosted zone contains non-required resource record sets and so cannot be deleted.';
    throw new Fault('HostedZoneNotEmpty', why, 400);
  }
  state.hostedZones = state.hostedZones.filter(({ id }) => id !== zone.id);
  return { ChangeInfo: changeView(submit(state, zone, [], ctx)) };
};

const zoneView = ({ id, name, callerReference, comment, records, vpcs }: HostedZone): HostedZoneView => ({
  Id: `/hostedzone/${id}`,
  Name: name,
  CallerReference: callerReference,
  Config: { ...(comment !== '' && { Comment: comment }), PrivateZone: vpcs !== undefined },
  ResourceRecordSetCount: records.length,
});
