import { readPolicy } from '../../../aws/policy/policy.ts';
import { Fault } from '../fault.ts';
import type { RegionState } from '../state.ts';
import { requireDocument } from './documents.ts';
import { roleArn, userArn } from './views.ts';

/**
 * A trust policy, all of whose principals in this account exist; those of other accounts cannot be known here.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 * @throws Fault MalformedPolicyDocument
 */
export function requireTrust(state: RegionState, given: string | undefined): string {
  const document = requireDocument(given, 'trust');
  const read = readPolicy(document, 'trust');
  const principals = 'policy' in read ? read.policy.statements.flatMap((statement) => statement.principals) : [];
  const wrong = principals.find(([kind, name]) => kind === 'AWS' && !isThere(state, name));
  if (!wrong) return document;
  throw new Fault('MalformedPolicyDocument', `Invalid principal in policy: "AWS":"${wrong[1]}"`, 400);
}

function isThere(state: RegionState, name: string): boolean {
  if (name === '*' || /^\d{12}$/.test(name)) return true;
  const { users, roles } = state.iam;
  const [, service, account, what = ''] = /^arn:aws:(iam|sts)::(\d{12}):(.+)$/s.exec(name) ?? [];
  if (service === undefined) return [...users, ...roles].some(({ id }) => id === name);
  if (account !== state.accountId || what === 'root') return true;
  if (service === 'sts') return /^(assumed-role|federated-user)\/./.test(what);
  return users.some((one) => userArn(state, one) === name) || roles.some((one) => roleArn(state, one) === name);
}
