import { nameOf } from '../dynamodb/table.ts';
import { findSecret } from '../secrets-manager/secret.ts';
import { addressedBy } from '../ssm/commands/send-command.ts';
import { arnOf, asked, findParameter } from '../ssm/parameters/name.ts';
import type { RegionState } from '../state.ts';
import { type Resource, type ResourcesOf, text, texts } from './resource.ts';

/**
 * Parameters, and what commands are sent to. Whatever a call names a thing by, its service's own look-up finds it: a
 * policy about the one is a policy about the other.
 */
export const ofSystems: ResourcesOf = (state, operation, input) => {
  if (operation === 'SendCommand') return ofCommand(state, input);
  const tagged = input.ResourceType === 'Parameter' ? text(input.ResourceId) : [];
  if (!/Parameter/.test(operation)) return tagged.map((name) => parameter(state, name));
  if (operation === 'DescribeParameters') return [];
  const paths = texts(input.Path).map((path) => ({ arn: arnOf(state, path.replace(/\/$/, '')) }));
  return [...[...texts(input.Name), ...texts(input.Names)].map((name) => parameter(state, name)), ...paths];
};

function parameter(state: RegionState, given: string): Resource {
  const { name } = asked(given);
  const found = findParameter(state, name);
  if (found) return { arn: arnOf(state, found.name), tags: found.tags };
  return { arn: name.startsWith('arn:') ? name : arnOf(state, name), tags: {} };
}

/**
 * The document, which is AWS's own, and every instance.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command-setting-up.html
 */
function ofCommand(state: RegionState, input: Parameters<ResourcesOf>[2]): readonly Resource[] {
  const { region, accountId, instances } = state;
  const documents = text(input.DocumentName).map((name): Resource => {
    return { arn: name.startsWith('arn:') ? name : `arn:aws:ssm:${region}::document/${name}` };
  });
  const sent = addressedBy(state, input).map((id) => ({
    arn: `arn:aws:ec2:${region}:${accountId}:instance/${id}`,
    tags: instances.find(({ instanceId }) => instanceId === id)?.tags ?? {},
  }));
  return [...documents, ...sent];
}

export const ofTables: ResourcesOf = (state, operation, input) => {
  if (operation === 'ListTables') return [];
  const many = Object.keys((input.RequestItems as object | undefined) ?? {});
  const index = typeof input.IndexName === 'string' ? `/index/${input.IndexName}` : '';
  const names = [...texts(input.TableName), ...texts(input.ResourceArn), ...many].map(nameOf);
  return [...new Set(names)].map((name) => table(state, name, index));
};

const table = ({ region, accountId, stores }: RegionState, name: string, index = ''): Resource => ({
  arn: `${name.startsWith('arn:') ? name : `arn:aws:dynamodb:${region}:${accountId}:table/${name}`}${index}`,
  tags: Object.hasOwn(stores.dynamoDb.tables, name) ? (stores.dynamoDb.tables[name]?.tags ?? {}) : {},
});

/** What a step of a transaction is judged by: as if it were made alone. */
const STEPS: Readonly<Record<string, string>> = {
  Get: 'dynamodb:GetItem',
  Put: 'dynamodb:PutItem',
  Update: 'dynamodb:UpdateItem',
  Delete: 'dynamodb:DeleteItem',
  ConditionCheck: 'dynamodb:ConditionCheckItem',
};

/**
 * The actions of a transaction's steps, each with its table; IAM has none for transactions themselves.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 */
export function stepsOfTransaction(state: RegionState, input: Parameters<ResourcesOf>[2]) {
  const items: readonly unknown[] = Array.isArray(input.TransactItems) ? input.TransactItems : [];
  const steps = items.flatMap((item) =>
    Object.entries(item ?? {}).flatMap(([kind, step]: [string, { readonly TableName?: unknown } | undefined]) => {
      const action = Object.hasOwn(STEPS, kind) ? STEPS[kind] : undefined;
      return action === undefined ? [] : text(step?.TableName).map((name) => ({ action, name: nameOf(name) }));
    }),
  );
  const each = new Map(steps.map((step) => [`${step.action} ${step.name}`, step]));
  return [...each.values()].map(({ action, name }) => ({ action, resource: table(state, name) }));
}

export const ofQueues: ResourcesOf = ({ region, accountId, stores }, _operation, input) => {
  const names = [...texts(input.QueueUrl).map((url) => url.replace(/^.*\//, '')), ...texts(input.QueueName)];
  return names.map((name) => ({
    arn: `arn:aws:sqs:${region}:${accountId}:${name}`,
    tags: stores.sqs.queues[name]?.tags ?? {},
  }));
};

/** A secret that is not there yet has six characters more in its ARN than anybody knows. */
export const ofSecrets: ResourcesOf = (state, operation, input) => {
  const ids = [...texts(input.SecretId), ...(operation === 'CreateSecret' ? texts(input.Name) : [])];
  return ids.map((id): Resource => {
    // As of before its deletion: who may not see it is not told that it is gone.
    const found = findSecret(state, id, Number.NEGATIVE_INFINITY);
    if (found) return { arn: found.arn, tags: found.tags };
    const { region, accountId } = state;
    return { arn: id.startsWith('arn:') ? id : `arn:aws:secretsmanager:${region}:${accountId}:secret:${id}-??????` };
  });
};
