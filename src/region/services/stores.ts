import type { DynamoDbState } from './dynamodb/table.ts';
import type { SecretsState } from './secrets-manager/secret.ts';
import type { SqsState } from './sqs/queue.ts';

/**
 * What holds data of users, of which there may be much. It is replaced and never changed in place: who holds an earlier one
 * shares with the present one what did not change, and sees at once whether anything did.
 */
export interface Stores {
  readonly dynamoDb: DynamoDbState;
  readonly sqs: SqsState;
  readonly secrets: SecretsState;
}

export const NO_STORES: Stores = {
  dynamoDb: { tables: {}, transactions: {} },
  sqs: { queues: {} },
  secrets: { secrets: {} },
};
