import type * as IAM from '@aws-sdk/client-iam';
import { Fault } from '../fault.ts';
import type { Step, Steps } from '../step.ts';
import { deleteConflict } from './conflicts.ts';
import { limitExceeded, requireDocument, sizeOf } from './documents.ts';
import { AWS_POLICIES, holders, requireOwnPolicy, requirePolicy } from './find.ts';
import type { Holder, ManagedPolicy, PolicyVersion } from './iam-state.ts';
import { escaped, iamArn, newId, noSuchEntity, pageOf, requireName, requirePath } from './names.ts';
import { readTags, tagsView } from './tags.ts';
import { policyView } from './views.ts';

const MOST_VERSIONS = 5;
const LARGEST = 6_144;

const createPolicy: Step<IAM.CreatePolicyRequest, IAM.CreatePolicyResponse> = (state, input, { nowMs, random }) => {
  const name = requireName(input.PolicyName, 'PolicyName', 128);
  const path = requirePath(input.Path);
  const document = requireManaged(input.PolicyDocument);
  const arn = iamArn(state, 'policy', path, name);
  if (state.iam.policies.some((one) => one.name.toLowerCase() === name.toLowerCase())) {
    const why = `A policy called ${name} already exists. Duplicate names are not allowed.`;
    throw new Fault('EntityAlreadyExists', why, 409);
  }
  const policy: ManagedPolicy = {
    ...{ name, path, arn, description: input.Description ?? '', tags: readTags(input.Tags) },
    ...{ createdMs: nowMs, updatedMs: nowMs, defaultVersion: 'v1', lastVersion: 1 },
    versions: [{ id: 'v1', document, createdMs: nowMs }],
    id: newId('ANPA', random),
  };
  state.iam.policies = [...state.iam.policies, policy];
  return { Policy: { ...policyView(state, policy), Tags: tagsView(policy.tags) } };
};

/** The description is shown here alone. */
const getPolicy: Step<IAM.GetPolicyRequest, IAM.GetPolicyResponse> = (state, { PolicyArn }) => {
  const policy = requirePolicy(state, PolicyArn);
  const { description, tags } = policy;
  return {
    Policy: {
      ...policyView(state, policy),
      Tags: tagsView(tags),
      ...(description !== '' && { Description: description }),
    },
  };
};

const listPolicies: Step<IAM.ListPoliciesRequest, IAM.ListPoliciesResponse> = (state, input) => {
  const { Scope: scope = 'All', OnlyAttached: onlyAttached = false, PathPrefix = '/' } = input;
  const found = [...(scope === 'AWS' ? [] : state.iam.policies), ...(scope === 'Local' ? [] : AWS_POLICIES)]
    .filter(({ path }) => path.startsWith(PathPrefix))
    .map((policy) => policyView(state, policy))
    .filter(({ AttachmentCount = 0 }) => !onlyAttached || AttachmentCount > 0);
  const { items, page } = pageOf(found, ({ PolicyName = '' }) => PolicyName, input);
  return { Policies: [...items], ...page };
};

/** A policy that somebody has, or that has other versions, is not deleted. */
const deletePolicy: Step<IAM.DeletePolicyRequest, void> = (state, { PolicyArn }) => {
  const policy = requireOwnPolicy(state, PolicyArn);
  const everybody: readonly Holder[] = (['User', 'Group', 'Role'] as const).flatMap((kind) => holders(state, kind));
  if (everybody.some(({ attached, boundary }) => attached.includes(policy.arn) || boundary === policy.arn)) {
    throw deleteConflict('Cannot delete a policy attached to entities.');
  }
  if (policy.versions.length > 1) {
    throw deleteConflict(
      'This policy has more than one version. Before you delete a policy, you must delete its versions.',
    );
  }
  state.iam.policies = state.iam.policies.filter((one) => one !== policy);
};

const createVersion: Step<IAM.CreatePolicyVersionRequest, IAM.CreatePolicyVersionResponse> = (
  state,
  input,
  { nowMs },
) => {
  const policy = requireOwnPolicy(state, input.PolicyArn);
  const document = requireManaged(input.PolicyDocument);
  if (policy.versions.length >= MOST_VERSIONS) {
    const why = `A managed policy can have up to ${MOST_VERSIONS} versions.`;
    throw limitExceeded(`${why} Before you create a new version, you must delete an existing version.`);
  }
  const version: PolicyVersion = { id: `v${++policy.lastVersion}`, document, createdMs: nowMs };
  policy.versions = [...policy.versions, version];
  if (input.SetAsDefault) setDefault(policy, version.id, nowMs);
  return { PolicyVersion: versionView(policy, version) };
};

const getVersion: Step<IAM.GetPolicyVersionRequest, IAM.GetPolicyVersionResponse> = (state, input) => {
  const policy = requirePolicy(state, input.PolicyArn);
  const version = requireVersion(policy, input.VersionId);
  return { PolicyVersion: { ...versionView(policy, version), Document: escaped(version.document) } };
};

const listVersions: Step<IAM.ListPolicyVersionsRequest, IAM.ListPolicyVersionsResponse> = (state, input) => {
  const policy = requirePolicy(state, input.PolicyArn);
  const { items, page } = pageOf(policy.versions, ({ id }) => id.padStart(8), input);
  return { Versions: [...items].reverse().map((version) => versionView(policy, version)), ...page };
};

const setDefaultVersion: Step<IAM.SetDefaultPolicyVersionRequest, void> = (state, input, { nowMs }) => {
  const policy = requireOwnPolicy(state, input.PolicyArn);
  setDefault(policy, requireVersion(policy, input.VersionId).id, nowMs);
};

const deleteVersion: Step<IAM.DeletePolicyVersionRequest, void> = (state, input) => {
  const policy = requireOwnPolicy(state, input.PolicyArn);
  const version = requireVersion(policy, input.VersionId);
  if (version.id === policy.defaultVersion) throw deleteConflict('Cannot delete the default version of a policy.');
  policy.versions = policy.versions.filter((one) => one !== version);
};

function requireManaged(given: string | undefined): string {
  const document = requireDocument(given);
  if (sizeOf(document) > LARGEST) throw limitExceeded(`Cannot exceed quota for PolicySize: ${LARGEST}`);
  return document;
}

function requireVersion({ arn, versions }: ManagedPolicy, id: string | undefined): PolicyVersion {
  const found = versions.find((version) => version.id === id);
  if (!found) throw noSuchEntity(`Policy ${arn} version ${id} does not exist or is not attachable.`);
  return found;
}

function setDefault(policy: ManagedPolicy, id: string, nowMs: number): void {
  policy.defaultVersion = id;
  policy.updatedMs = nowMs;
}

const versionView = ({ defaultVersion }: ManagedPolicy, { id, createdMs }: PolicyVersion): IAM.PolicyVersion => ({
  VersionId: id,
  IsDefaultVersion: id === defaultVersion,
  CreateDate: new Date(createdMs),
});

export const POLICIES: Steps = {
  CreatePolicy: createPolicy,
  GetPolicy: getPolicy,
  ListPolicies: listPolicies,
  DeletePolicy: deletePolicy,
  CreatePolicyVersion: createVersion,
  GetPolicyVersion: getVersion,
  ListPolicyVersions: listVersions,
  SetDefaultPolicyVersion: setDefaultVersion,
  DeletePolicyVersion: deleteVersion,
};
