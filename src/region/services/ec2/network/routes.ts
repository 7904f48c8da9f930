import type {
  CreateRouteRequest,
  CreateRouteResult,
  DeleteRouteRequest,
  DescribeRouteTablesRequest,
  DescribeRouteTablesResult,
  ReplaceRouteRequest,
  RouteTable as RouteTableView,
} from '@aws-sdk/client-ec2';
import { contains } from '../../../network.ts';
import { Fault } from '../../fault.ts';
import type { RegionState } from '../../state.ts';
import type { Step } from '../../step.ts';
import { applyFilters, type Facets } from '../filter.ts';
import { endDryRun } from '../find-instances.ts';
import { tagsView } from '../instance-view.ts';
import { page } from '../page.ts';
import { missing, readCidr, refuseMembers } from './find.ts';
import type { Route, RouteTable } from './network-state.ts';

export const describeRouteTables: Step<DescribeRouteTablesRequest, DescribeRouteTablesResult> = (state, input) => {
  const { routeTable } = state.network;
  for (const id of input.RouteTableIds ?? []) requireTable(state, id);
  const matches = applyFilters([routeTable], input.Filters, tableFacets(state), ({ tags }) => tags);
  const { items, next } = page(matches, input, () => 0, 5);
  endDryRun(input);
  return { RouteTables: items.map((table) => tableView(state, table)), ...(next !== undefined && { NextToken: next }) };
};

/** The VPC has one table, the main one, and one gateway: a route leads through it, or is not there. */
export const createRoute: Step<CreateRouteRequest, CreateRouteResult> = (state, input) => {
  const table = requireTable(state, input.RouteTableId);
  const route = readRoute(state, input);
  if (table.routes.some(({ cidr }) => cidr === route.cidr)) {
    throw new Fault('RouteAlreadyExists', `The route identified by ${route.cidr} already exists.`);
  }
  endDryRun(input);
  table.routes = [...table.routes, route];
  return { Return: true };
};

export const replaceRoute: Step<ReplaceRouteRequest, void> = (state, input) => {
  refuseMembers(input, ['LocalTarget']);
  const table = requireTable(state, input.RouteTableId);
  const route = readRoute(state, input);
  const present = table.routes.find(({ cidr }) => cidr === route.cidr);
  if (!present) {
    const why = `There is no route defined for '${route.cidr}' in the route table. Use CreateRoute instead.`;
    throw new Fault('InvalidParameterValue', why);
  }
  endDryRun(input);
  table.routes = table.routes.map((one) => (one === present ? route : one));
};

export const deleteRoute: Step<DeleteRouteRequest, void> = (state, input) => {
  const table = requireTable(state, input.RouteTableId);
  const present = requireRoute(table, destinationOf(state, input));
  endDryRun(input);
  table.routes = table.routes.filter((one) => one !== present);
};

function requireTable({ network }: RegionState, id: string | undefined): RouteTable {
  if (id === undefined) throw missing('RouteTableId');
  if (network.routeTable.routeTableId === id) return network.routeTable;
  throw new Fault('InvalidRouteTableID.NotFound', `The routeTable ID '${id}' does not exist`);
}

function requireRoute({ routes, routeTableId }: RouteTable, cidr: string): Route {
  const found = routes.find((one) => one.cidr === cidr);
  if (found) return found;
  const why = `no route with destination-cidr-block ${cidr} in route table ${routeTableId}`;
  throw new Fault('InvalidRoute.NotFound', why);
}

function readRoute(state: RegionState, input: CreateRouteRequest): Route {
  refuseMembers(input, OTHER_TARGETS);
  const cidr = destinationOf(state, input);
  const { GatewayId: gatewayId } = input;
  if (gatewayId === undefined) throw missing('GatewayId');
  if (gatewayId !== state.network.routeTable.gatewayId) {
    throw new Fault('InvalidGatewayID.NotFound', `The gateway ID '${gatewayId}' does not exist`);
  }
  return { cidr, gatewayId };
}

const OTHER_TARGETS = [
  'InstanceId',
  'NetworkInterfaceId',
  'NatGatewayId',
  'TransitGatewayId',
  'VpcPeeringConnectionId',
  'VpcEndpointId',
  'LocalGatewayId',
  'CarrierGatewayId',
  'EgressOnlyInternetGatewayId',
  'CoreNetworkArn',
  'OdbNetworkArn',
];

/** What lies within the VPC is reached directly: no route of a table may name it. */
function destinationOf({ vpc }: RegionState, input: DeleteRouteRequest): string {
  refuseMembers(input, ['DestinationIpv6CidrBlock', 'DestinationPrefixListId']);
  if (input.DestinationCidrBlock === undefined) throw missing('DestinationCidrBlock');
  const cidr = readCidr(input.DestinationCidrBlock);
  if (contains(vpc.cidr, cidr) && Number(cidr.split('/')[1]) >= Number(vpc.cidr.split('/')[1])) {
    const why = `The destination CIDR block ${cidr} is equal to or more specific than one of this VPC's CIDR blocks.`;
    throw new Fault('InvalidParameterValue', why);
  }
  return cidr;
}

function tableView({ vpc, accountId }: RegionState, table: RouteTable): RouteTableView {
  const { routeTableId, associationId, tags, routes } = table;
  return {
    RouteTableId: routeTableId,
    VpcId: vpc.vpcId,
    OwnerId: accountId,
    Associations: [
      {
        Main: true,
        RouteTableAssociationId: associationId,
        RouteTableId: routeTableId,
        AssociationState: { State: 'associated' },
      },
    ],
    Routes: [
      { DestinationCidrBlock: vpc.cidr, GatewayId: 'local', Origin: 'CreateRouteTable', State: 'active' },
      ...routes.map(({ cidr, gatewayId }) => ({
        DestinationCidrBlock: cidr,
        GatewayId: gatewayId,
        Origin: 'CreateRoute' as const,
        State: 'active' as const,
      })),
    ],
    PropagatingVgws: [],
    Tags: tagsView(tags),
  };
}

const tableFacets = ({ vpc, accountId }: RegionState): Facets<RouteTable> => ({
  'route-table-id': ({ routeTableId }) => [routeTableId],
  'vpc-id': () => [vpc.vpcId],
  'owner-id': () => [accountId],
  'association.main': () => ['true'],
  'association.route-table-id': ({ routeTableId }) => [routeTableId],
  'association.route-table-association-id': ({ associationId }) => [associationId],
  'association.subnet-id': () => [],
  'route.destination-cidr-block': ({ routes }) => [vpc.cidr, ...routes.map(({ cidr }) => cidr)],
  'route.gateway-id': ({ routes }) => ['local', ...routes.map(({ gatewayId }) => gatewayId)],
  'route.state': () => ['active'],
});
