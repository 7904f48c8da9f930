import type {
  AssociateVPCWithHostedZoneRequest,
  AssociateVPCWithHostedZoneResponse,
  DisassociateVPCFromHostedZoneRequest,
  DisassociateVPCFromHostedZoneResponse,
  ListHostedZonesByVPCRequest,
  ListHostedZonesByVPCResponse,
  VPC,
  VPCRegion,
} from '@aws-sdk/client-route-53';
import { Fault } from '../fault.ts';
import type { HostedZone, RegionState } from '../state.ts';
import type { Step } from '../step.ts';
import { submit } from './change-records.ts';
import { changeView, invalidInput, maxItems, requireZone } from './find-zone.ts';

type ZoneVpc = NonNullable<HostedZone['vpcs']>[number];

/** From now on the resolver of the VPC answers from the private zone. */
export const associateVpc: Step<AssociateVPCWithHostedZoneRequest, AssociateVPCWithHostedZoneResponse> = (
  state,
  input,
  ctx,
) => {
  const zone = requirePrivate(state, input.HostedZoneId);
  const vpc = requireVpc(state, input.VPC);
  refuseConflict(state, zone.name, vpc);
  zone.vpcs = [...(zone.vpcs ?? []), vpc];
  return { ChangeInfo: changeView(submit(state, zone, [], ctx, input.Comment)) };
};

export const disassociateVpc: Step<DisassociateVPCFromHostedZoneRequest, DisassociateVPCFromHostedZoneResponse> = (
  state,
  input,
  ctx,
) => {
  const zone = requireZone(state, input.HostedZoneId);
  const vpc = requireVpc(state, input.VPC);
  const rest = (zone.vpcs ?? []).filter(({ vpcId }) => vpcId !== vpc.vpcId);
  if (rest.length === (zone.vpcs ?? []).length) {
    throw new Fault('VPCAssociationNotFound', `The VPC ${vpc.vpcId} is not associated with the hosted zone.`, 404);
  }
  if (rest.length === 0) {
    throw new Fault(
      'LastVPCAssociation',
      'A private hosted zone keeps at least one VPC; delete the zone instead.',
      400,
    );
  }
  zone.vpcs = rest;
  return { ChangeInfo: changeView(submit(state, zone, [], ctx, input.Comment)) };
};

export const listHostedZonesByVpc: Step<ListHostedZonesByVPCRequest, ListHostedZonesByVPCResponse> = (state, input) => {
  const vpc = requireVpc(state, { VPCId: input.VPCId, VPCRegion: input.VPCRegion });
  const zones = state.hostedZones.filter(({ vpcs = [] }) => vpcs.some(({ vpcId }) => vpcId === vpc.vpcId));
  return {
    HostedZoneSummaries: zones.map(({ id, name }) => ({
      HostedZoneId: id,
      Name: name,
      Owner: { OwningAccount: state.accountId },
    })),
    MaxItems: maxItems(input.MaxItems, 100),
  };
};

/** The VPC that a private zone is made for. */
export function requireVpc(state: RegionState, vpc: VPC | undefined): ZoneVpc {
  const { VPCId: vpcId, VPCRegion: region } = vpc ?? {};
  if (vpcId === undefined || region === undefined) throw invalidInput('A VPC has a VPCId and a VPCRegion.');
  if (vpcId !== state.vpc.vpcId || region !== state.region) {
    throw new Fault('InvalidVPCId', `The VPC: ${vpcId} in region ${region} that you provided does not exist.`, 400);
  }
  return { vpcId, region };
}

/** A VPC sees one private zone of a name. */
export function refuseConflict(state: RegionState, name: string, { vpcId, region }: ZoneVpc): void {
  const taken = state.hostedZones.some((zone) => zone.name === name && zone.vpcs?.some((one) => one.vpcId === vpcId));
  if (!taken) return;
  const why = `The VPC ${vpcId} in region ${region} has already been associated with the hosted zone ${name} with the same domain name.`;
  throw new Fault('ConflictingDomainExists', why, 400);
}

export const vpcView = ({ vpcId, region }: ZoneVpc): VPC => ({ VPCId: vpcId, VPCRegion: region as VPCRegion });

function requirePrivate(state: RegionState, id: string | undefined): HostedZone {
  const zone = requireZone(state, id);
  if (zone.vpcs) return zone;
  throw new Fault('PublicZoneVPCAssociation', 'A VPC can be associated with a private hosted zone only.', 400);
}
