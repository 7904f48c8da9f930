import type * as IAM from '@aws-sdk/client-iam';
import { type Bearing, decide } from '../../../aws/policy/evaluate.ts';
import { contextOf } from '../../../aws/policy/pattern.ts';
import { honourOnly } from '../honour-only.ts';
import type { RegionState } from '../state.ts';
import type { Step, Steps } from '../step.ts';
import { requireDocument } from './documents.ts';
import { holders } from './find.ts';
import { noSuchEntity, pageOf, validationError } from './names.ts';
import { holderBearing, named, principalKeys } from './principal.ts';
import { groupArn, roleArn, userArn } from './views.ts';

const SHARED = ['ActionNames', 'ResourceArns', 'ContextEntries', 'PolicyInputList', 'MaxItems', 'Marker'];
const BOUNDARY = 'PermissionsBoundaryPolicyInputList';

type Question = Partial<
  Pick<
    IAM.SimulateCustomPolicyRequest,
    | 'ActionNames'
    | 'ResourceArns'
    | 'ContextEntries'
    | 'PolicyInputList'
    | 'PermissionsBoundaryPolicyInputList'
    | 'MaxItems'
    | 'Marker'
  >
>;

/** What the policies of a user, group or role would say, with those that the question adds. */
const simulatePrincipalPolicy: Step<IAM.SimulatePrincipalPolicyRequest, IAM.SimulatePolicyResponse> = (
  state,
  input,
) => {
  honourOnly(input, [...SHARED, 'PolicySourceArn', BOUNDARY]);
  const { bearing, keys } = sourceOf(state, input.PolicySourceArn);
  return simulate(bearing, input, keys);
};

/** What the policies of the question alone would say. */
const simulateCustomPolicy: Step<IAM.SimulateCustomPolicyRequest, IAM.SimulatePolicyResponse> = (_state, input) => {
  honourOnly(input, [...SHARED, BOUNDARY]);
  return simulate({ identity: [] }, input, {});
};

function sourceOf(state: RegionState, arn: string | undefined): { bearing: Bearing; keys: Record<string, string> } {
  const user = state.iam.users.find((one) => userArn(state, one) === arn);
  if (user) return { bearing: holderBearing(state, 'User', user), keys: principalKeys(state, { kind: 'user', user }) };
  const role = state.iam.roles.find((one) => roleArn(state, one) === arn);
  const group = state.iam.groups.find((one) => groupArn(state, one) === arn);
  const holder = role ?? group;
  if (!holder || !holders(state, role ? 'Role' : 'Group').includes(holder)) {
    throw noSuchEntity(`The entity with ARN ${arn} cannot be found.`);
  }
  const bearing = holderBearing(state, role ? 'Role' : 'Group', holder);
  return { bearing, keys: role && arn !== undefined ? { 'aws:PrincipalArn': arn } : {} };
}

function simulate(bearing: Bearing, question: Question, keys: Record<string, string>): IAM.SimulatePolicyResponse {
  const { ActionNames = [], ResourceArns = ['*'], ContextEntries = [], PolicyInputList = [] } = question;
  const wrong = ActionNames.find((action) => !/^[\w-]+:\*?\w+$/.test(action));
  if (wrong !== undefined) throw validationError(`Invalid Input Action Names: ${wrong}`);
  const added = PolicyInputList.map((document, k) => named(`PolicyInputList.${k + 1}`, requireDocument(document)));
  const limits = question[BOUNDARY]?.map((document, k) => named(`${BOUNDARY}.${k + 1}`, requireDocument(document)));
  const whole: Bearing = {
    ...bearing,
    identity: [...bearing.identity, ...added],
    ...(limits && { boundary: limits }),
  };
  const given = Object.fromEntries(
    ContextEntries.map(({ ContextKeyName = '', ContextKeyValues = [] }) => [ContextKeyName, ContextKeyValues]),
  );
  const context = contextOf({ ...keys, ...given });
  const missing = keysOf(whole).filter((key) => !context.has(key.toLowerCase()));
  const results = ActionNames.flatMap((action) =>
    ResourceArns.map((resource): IAM.EvaluationResult => {
      const { decision, matched } = decide(whole, { action, resource, context });
      return {
        EvalActionName: action,
        EvalResourceName: resource,
        EvalDecision: decision,
        MatchedStatements: matched.map((id) => ({ SourcePolicyId: id })),
        MissingContextValues: missing,
      };
    }),
  );
  const numbered = results.map((result, k) => ({ result, at: String(k).padStart(6, '0') }));
  const { items, page } = pageOf(numbered, ({ at }) => at, question);
  return { EvaluationResults: items.map(({ result }) => result), ...page };
}

/** The keys that policies ask for in their conditions. */
const keysOf = ({ identity, boundary = [] }: Bearing): readonly string[] => [
  ...new Set(
    [...identity, ...boundary].flatMap(({ policy }) =>
      policy.statements.flatMap(({ conditions }) => conditions.map(({ key }) => key)),
    ),
  ),
];

export const SIMULATE: Steps = {
  SimulatePrincipalPolicy: simulatePrincipalPolicy,
  SimulateCustomPolicy: simulateCustomPolicy,
};
