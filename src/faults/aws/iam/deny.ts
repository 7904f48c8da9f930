import { aws } from '../../../aws/calls.ts';
import { actionProblem } from '../../../aws/known-actions.ts';
import type { Call } from '../../../kernel/call.ts';
import { type Attestation, defineFault, defineMeans, type Standing } from '../../../kernel/define.ts';
import type { ReadPort } from '../../../kernel/ports.ts';
import { duration, listOf, text } from '../../../kernel/schema.ts';
import { isNotThere, NOT_THERE } from '../../../targets/aws/iam-errors.ts';
import { type IamPrincipal, iamPrincipal } from '../../../targets/aws/iam-principal.ts';

type Undo = IamPrincipal & {
  /** The name of the inline policy that denies: no other injection has the same. */
  readonly policy: string;
  readonly document: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
};

const params = {
  actions: listOf(
    text({ doc: 'An action, such as sqs:SendMessage.' })
      .regex(/^(\*|[A-Za-z0-9-]+:[\w*?]+)$/, 'write an action such as sqs:SendMessage, dynamodb:* or *')
      .refine((action) => actionProblem(action) === undefined, {
        error: ({ input }) => actionProblem(String(input)) ?? '',
      }),
    { doc: 'What is denied.', min: 1, max: 50 },
  ),
  resources: listOf(text({ doc: 'An ARN, in which "*" is any text.' }).regex(/^(\*|arn:.+)$/, 'write an ARN, or "*"'), {
    doc: 'To what it is denied; to everything by default.',
    min: 1,
    max: 50,
  }).default(['*']),
  expiresAfter: duration({
    doc: 'The policy itself ends the fault after this time, should nobody delete it before.',
    min: '10s',
    max: '1d',
  }).prefault('15m'),
};

/** A role or a user may no longer do what it did. */
export const denyActions = defineFault({
  id: 'aws.iam.deny',
  summary: 'Deny actions to an IAM role or user, and allow them again when the fault ends.',
  details:
    'Shows what a program does when a permission is taken away: whether it says what it lacks, degrades, and recovers ' +
    'without a restart. Whoever already acts as the role is denied as well. A policy is added and deleted, others are ' +
    'not touched; it holds until "expiresAfter" at most, even if nobody is left to delete it.',
  params,
  reversal: 'reverts',
  example: `
- name: the web servers may no longer send
  fault: aws.iam.deny
  select: { name: web }
  with: { actions: ['sqs:SendMessage'] }
  for: 60s
`,
  manualRecovery:
    'aws iam delete-role-policy --role-name ROLE --policy-name POLICY (or delete-user-policy --user-name USER) with ' +
    'the names that undo.jsonl holds',
  covers: ['permission taken away', 'policy gone wrong', 'loss of access to a service'],
  means: {
    api: defineMeans(params)({
      target: iamPrincipal,
      fidelity:
        'Services refuse the calls as they refuse any that is not allowed; on AWS each learns of it within seconds. It is ' +
        'seen to bite by the policy and what IAM says of it, not by a call that was refused: have a probe for that.',
      landsWithinMs: 60_000,
      restoresWithinMs: 60_000,

      async capture(target, { actions, resources, expiresAfter }, host): Promise<Undo> {
        const nowMs = host.clock.wallMs();
        const policy = `chaos-denies-${new Date(nowMs).toISOString().replaceAll(/[-:.]/g, '')}`;
        const until = new Date(nowMs + expiresAfter).toISOString();
        return { ...target, policy, document: documentOf(actions, resources, until), actions, resources };
      },
      steps: (_target, _params, { kind, name, policy, document }): readonly Call[] => [
        kind === 'role'
          ? aws('iam', 'PutRolePolicy', { RoleName: name, PolicyName: policy, PolicyDocument: document })
          : aws('iam', 'PutUserPolicy', { UserName: name, PolicyName: policy, PolicyDocument: document }),
      ],
      restore: ({ kind, name, policy }): readonly Call[] => [
        kind === 'role'
          ? aws('iam', 'DeleteRolePolicy', { RoleName: name, PolicyName: policy }, NOT_THERE)
          : aws('iam', 'DeleteUserPolicy', { UserName: name, PolicyName: policy }, NOT_THERE),
      ],
      compare,
      attest,
    }),
  },
});

const documentOf = (actions: readonly string[], resources: readonly string[], until: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'ChaosExperiment',
        Effect: 'Deny',
        Action: actions,
        Resource: resources,
        Condition: { DateLessThan: { 'aws:CurrentTime': until } },
      },
    ],
  });

/** A policy whose time is over denies nothing, and is still to be deleted. */
async function compare(undo: Undo, host: ReadPort, signal: AbortSignal): Promise<Standing> {
  const now = await readDocument(undo, host, signal);
  if (now === undefined) return { is: (await exists(undo, host, signal)) ? 'restored' : 'vanished' };
  if (now === undo.document) return { is: 'harmed' };
  return { is: 'changed', how: `the policy "${undo.policy}" of ${undo.kind} ${undo.name} was edited` };
}

async function attest(undo: Undo, host: ReadPort, signal: AbortSignal): Promise<Attestation> {
  const { kind, name, policy } = undo;
  const level = 'control plane';
  const simulated = await simulate(undo, host, signal);
  if ((await readDocument(undo, host, signal)) === undefined) {
    return { bites: false, level, evidence: `${kind} ${name} has no policy "${policy}"` };
  }
  const said = simulated && `; IAM simulates ${simulated.action}: ${simulated.decision}`;
  const bites = simulated === undefined || simulated.decision === 'explicitDeny';
  return { bites, level, evidence: `${kind} ${name} has the policy "${policy}"${said ?? ''}` };
}

/** What IAM would say of the first denied action that is no pattern; undefined where it cannot be asked. */
async function simulate({ arn, actions, resources }: Undo, host: ReadPort, signal: AbortSignal) {
  const action = actions.find((one) => !/[*?]/.test(one));
  const resource = resources.find((one) => one === '*' || !/[*?]/.test(one));
  // Emulators do not simulate, and may answer as if they were broken.
  if (action === undefined || resource === undefined || host.account.kind === 'endpoint') return undefined;
  const now = new Date(host.clock.wallMs()).toISOString();
  const ContextEntries = [
    { ContextKeyName: 'aws:CurrentTime', ContextKeyType: 'date' as const, ContextKeyValues: [now] },
  ];
  const input = { PolicySourceArn: arn, ActionNames: [action], ResourceArns: [resource], ContextEntries };
  const { EvaluationResults = [] } = await host.read(aws('iam', 'SimulatePrincipalPolicy', input), signal);
  const decision = EvaluationResults[0]?.EvalDecision;
  return decision && { action, decision };
}

/** The document of the policy, if it is there. IAM escapes it for a URL. */
async function readDocument({ kind, name, policy }: Undo, host: ReadPort, signal: AbortSignal) {
  try {
    const { PolicyDocument = '' } =
      kind === 'role'
        ? await host.read(aws('iam', 'GetRolePolicy', { RoleName: name, PolicyName: policy }), signal)
        : await host.read(aws('iam', 'GetUserPolicy', { UserName: name, PolicyName: policy }), signal);
    return PolicyDocument.startsWith('%') ? decodeURIComponent(PolicyDocument) : PolicyDocument;
  } catch (error) {
    if (isNotThere(error)) return undefined;
    throw error;
  }
}

async function exists({ kind, name }: Undo, host: ReadPort, signal: AbortSignal): Promise<boolean> {
  try {
    if (kind === 'role') await host.read(aws('iam', 'GetRole', { RoleName: name }), signal);
    else await host.read(aws('iam', 'GetUser', { UserName: name }), signal);
    return true;
  } catch (error) {
    if (isNotThere(error)) return false;
    throw error;
  }
}
