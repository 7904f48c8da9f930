import type { Steps } from '../step.ts';
import { limitExceeded } from './documents.ts';
import { AWS_POLICIES, findPolicy, type HolderKind, requireHolder, requirePolicy } from './find.ts';
import type { HolderStep } from './input.ts';
import { noSuchEntity, pageOf, validationError } from './names.ts';

const MOST_ATTACHED = 10;

/** `AttachRolePolicy`, `DetachRolePolicy`, `ListAttachedRolePolicies`; the same of users and groups. */
export function attachedSteps(kind: HolderKind): Steps {
  const key = `${kind}Name` as const;
  const attach: HolderStep = (state, input) => {
    const holder = requireHolder(state, kind, input[key]);
    const { arn } = requireAttachable(state, input.PolicyArn);
    if (holder.attached.includes(arn)) return;
    if (holder.attached.length >= MOST_ATTACHED) {
      throw limitExceeded(`Cannot exceed quota for PoliciesPer${kind}: ${MOST_ATTACHED}`);
    }
    holder.attached = [...holder.attached, arn];
  };
  const detach: HolderStep = (state, input) => {
    const holder = requireHolder(state, kind, input[key]);
    if (!input.PolicyArn || !holder.attached.includes(input.PolicyArn)) {
      throw noSuchEntity(`Policy ${input.PolicyArn} was not found.`);
    }
    holder.attached = holder.attached.filter((arn) => arn !== input.PolicyArn);
  };
  const list: HolderStep = (state, input) => {
    const { attached } = requireHolder(state, kind, input[key]);
    const policies = attached.map((arn) => requirePolicy(state, arn));
    const within = policies.filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'));
    const { items, page } = pageOf(within, ({ name }) => name, input);
    return { AttachedPolicies: items.map(({ name, arn }) => ({ PolicyName: name, PolicyArn: arn })), ...page };
  };
  return {
    [`Attach${kind}Policy`]: attach,
    [`Detach${kind}Policy`]: detach,
    [`ListAttached${kind}Policies`]: list,
  };
}

/** `PutRolePermissionsBoundary`, `DeleteRolePermissionsBoundary`; the same of users. */
export function boundarySteps(kind: 'User' | 'Role'): Steps {
  const key = `${kind}Name` as const;
  const put: HolderStep = (state, input) => {
    const holder = requireHolder(state, kind, input[key]);
    holder.boundary = requireBoundary(state, input.PermissionsBoundary);
  };
  const remove: HolderStep = (state, input) => {
    const holder = requireHolder(state, kind, input[key]);
    if (holder.boundary === undefined) {
      throw noSuchEntity(`${kind} ${holder.name} does not have a permissions boundary.`);
    }
    delete holder.boundary;
  };
  return { [`Put${kind}PermissionsBoundary`]: put, [`Delete${kind}PermissionsBoundary`]: remove };
}

/** The ARN of a policy that can be a boundary. */
export function requireBoundary(state: Parameters<HolderStep>[0], arn: string | undefined): string {
  return requireAttachable(state, arn).arn;
}

function requireAttachable(state: Parameters<HolderStep>[0], arn: string | undefined) {
  if (arn === undefined || !/^arn:aws:iam::(\d{12}|aws):policy\/.+$/.test(arn)) {
    throw validationError(`ARN ${arn} is not valid.`);
  }
  const found = findPolicy(state, arn);
  if (!found) throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.${limitOf(arn)}`);
  return found;
}

/** What to do instead of attaching a policy of AWS that this region does not have. */
function limitOf(arn: string): string {
  if (!arn.startsWith('arn:aws:iam::aws:')) return '';
  const names = AWS_POLICIES.map(({ name }) => name).join(', ');
  return ` Of the policies of AWS the region has ${names} alone: make one of your own with CreatePolicy and attach that.`;
}
