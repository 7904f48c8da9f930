import type { Tags } from '../state.ts';

/** Identity and access of the account: plain JSON. Policy documents are kept as the texts that were given. */
export interface IamState {
  users: User[];
  groups: UserGroup[];
  roles: Role[];
  policies: ManagedPolicy[];
  profiles: InstanceProfile[];
  accessKeys: AccessKey[];
  /** Temporary credentials, of roles that were assumed. */
  sessions: Session[];
}

export const noIam = (): IamState => ({
  users: [],
  groups: [],
  roles: [],
  policies: [],
  profiles: [],
  accessKeys: [],
  sessions: [],
});

/** Who can have policies. */
export interface Holder {
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly createdMs: number;
  tags: Tags;
  /** Documents by the name of the policy. */
  inline: Record<string, string>;
  /** ARNs of managed policies. */
  attached: readonly string[];
  /** ARN of the managed policy that limits what the others allow. */
  boundary?: string;
}

export type User = Holder;

export interface UserGroup extends Holder {
  /** Names of users. */
  members: readonly string[];
}

export interface Role extends Holder {
  /** The document that says who may assume it. */
  trust: string;
  description: string;
  maxSessionS: number;
}

export interface ManagedPolicy {
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly arn: string;
  readonly description: string;
  readonly createdMs: number;
  updatedMs: number;
  tags: Tags;
  /** In the order of their creation. */
  versions: readonly PolicyVersion[];
  defaultVersion: string;
  /** The number of the last version. */
  lastVersion: number;
}

export interface PolicyVersion {
  /** `v1` */
  readonly id: string;
  readonly document: string;
  readonly createdMs: number;
}

export interface InstanceProfile {
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly createdMs: number;
  role?: string;
}

export interface AccessKey {
  readonly id: string;
  readonly secret: string;
  readonly user: string;
  readonly createdMs: number;
  active: boolean;
}

export interface Session {
  readonly accessKeyId: string;
  readonly secret: string;
  readonly token: string;
  /** The id of the role: one that was made anew under the same name is another. */
  readonly roleId: string;
  readonly name: string;
  /** Session policies: documents that limit what the role's allow; absent: nothing does. */
  readonly policies?: readonly string[];
  readonly tags: Tags;
  readonly issuedMs: number;
  /** Absent: for as long as the instance that it was issued to is there. */
  readonly expiresMs?: number;
  readonly instanceId?: string;
}
