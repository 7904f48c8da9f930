import type { Tags } from '../../state.ts';

/** Network ACLs, security groups and routes of the VPC, each in the order in which it was made (`ordinal`). */
export interface NetworkState {
  acls: NetworkAcl[];
  securityGroups: SecurityGroup[];
  readonly routeTable: RouteTable;
}

export interface NetworkAcl {
  readonly networkAclId: string;
  readonly ordinal: number;
  readonly isDefault: boolean;
  readonly clientToken: string;
  tags: Tags;
  entries: AclEntry[];
  associations: AclAssociation[];
}

interface AclAssociation {
  readonly associationId: string;
  readonly subnetId: string;
}

export interface AclEntry {
  readonly ruleNumber: number;
  readonly egress: boolean;
  readonly action: 'allow' | 'deny';
  /** A protocol number; `-1` is all. */
  readonly protocol: string;
  readonly cidr: string;
  readonly ports?: { readonly from: number; readonly to: number };
  readonly icmp?: { readonly type: number; readonly code: number };
}

export interface SecurityGroup {
  readonly groupId: string;
  readonly ordinal: number;
  readonly name: string;
  readonly description: string;
  tags: Tags;
  rules: SecurityGroupRule[];
}

export interface SecurityGroupRule {
  readonly ruleId: string;
  readonly ordinal: number;
  readonly egress: boolean;
  /** `tcp`, `udp`, `icmp`, another number, or `-1` for all. */
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
  readonly cidr?: string;
  readonly peerGroupId?: string;
  readonly description?: string;
  tags: Tags;
}

export interface RouteTable {
  readonly routeTableId: string;
  readonly associationId: string;
  readonly gatewayId: string;
  tags: Tags;
  /** Besides the one to the VPC itself, which is always there. */
  routes: Route[];
}

export interface Route {
  readonly cidr: string;
  readonly gatewayId: string;
}
