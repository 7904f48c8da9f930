import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as kms from '@aws-sdk/client-kms';
import * as lambda from '@aws-sdk/client-lambda';
import * as sqs from '@aws-sdk/client-sqs';
import { AwsQueryProtocol, AwsSmithyRpcV2CborProtocol } from '@aws-sdk/core/protocols';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Fault } from '../../../src/region/services/fault.ts';
import { credentials, type EchoDoor, echoDoor } from './echo-door.ts';
import { clientOf, type Sdk } from './sdk-clients.ts';

let door: EchoDoor;
beforeAll(async () => {
  door = await echoDoor();
});
afterAll(() => door.close());

/** What a call rejects with, when the service throws this. */
async function rejection(sdk: Sdk, command: unknown, fault: Fault, config: object = {}): Promise<unknown> {
  door.answer = () => {
    throw fault;
  };
  const common = { region: 'us-east-1', endpoint: door.endpoint, credentials, maxAttempts: 1 };
  const client = clientOf(sdk, { ...common, useQueueUrlAsEndpoint: false, ...config });
  const thrown = await client.send(command).then(
    () => undefined,
    (error: unknown) => error,
  );
  client.destroy();
  return thrown;
}

const getItem = new dynamodb.GetItemCommand({ TableName: 't', Key: { id: { S: 'a' } } });
const listQueue = new sqs.ReceiveMessageCommand({ QueueUrl: 'http://127.0.0.1/q' });
const gone = new Fault('QueueDoesNotExist', 'The specified queue does not exist.');

describe('a modelled error is the class of its service', () => {
  test.each<[string, Sdk, unknown, Fault, object, unknown, object]>([
    [
      'by JSON',
      dynamodb,
      getItem,
      new Fault('ResourceNotFoundException', 'no table'),
      {},
      dynamodb.ResourceNotFoundException,
      { message: 'no table', $metadata: { httpStatusCode: 400 } },
    ],
    [
      'by JSON, with its members',
      dynamodb,
      getItem,
      new Fault('ConditionalCheckFailedException', 'no', undefined, { Item: { id: { S: 'a' } } }),
      {},
      dynamodb.ConditionalCheckFailedException,
      { Item: { id: { S: 'a' } } },
    ],
    [
      'by JSON, with the status that such services have, whatever the schema says',
      kms,
      new kms.DescribeKeyCommand({ KeyId: 'k' }),
      new Fault('NotFoundException', 'no key'),
      {},
      kms.NotFoundException,
      { $metadata: { httpStatusCode: 400 } },
    ],
    [
      'by REST JSON, with a header and its status',
      lambda,
      new lambda.GetFunctionCommand({ FunctionName: 'f' }),
      new Fault('TooManyRequestsException', 'slow', undefined, {
        retryAfterSeconds: '7',
        Reason: 'CallerRateLimitExceeded',
      }),
      {},
      lambda.TooManyRequestsException,
      { retryAfterSeconds: '7', Reason: 'CallerRateLimitExceeded', $metadata: { httpStatusCode: 429 } },
    ],
    [
      'by JSON of a service that spoke query',
      sqs,
      listQueue,
      gone,
      {},
      sqs.QueueDoesNotExist,
      { $metadata: { httpStatusCode: 400 } },
    ],
    ['by query', sqs, listQueue, gone, { protocol: AwsQueryProtocol }, sqs.QueueDoesNotExist, {}],
    [
      'by CBOR',
      cloudwatch,
      new cloudwatch.GetDashboardCommand({ DashboardName: 'd' }),
      new Fault('InvalidParameterValueException', 'no dashboard'),
      { protocol: AwsSmithyRpcV2CborProtocol },
      cloudwatch.InvalidParameterValueException,
      { message: 'no dashboard', $metadata: { httpStatusCode: 400 } },
    ],
  ])('%s', async (_how, sdk, command, fault, config, type, properties) => {
    const error = await rejection(sdk, command, fault, config);
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject(properties);
  });
});

test('an error that no schema has keeps its code, and one of the door has the name of the protocol', async () => {
  expect(await rejection(dynamodb, getItem, new Fault('UnsupportedOperation', 'not here', 501))).toMatchObject({
    name: 'UnsupportedOperation',
    message: 'not here',
    $metadata: { httpStatusCode: 501 },
  });
  const wrongSecret = { credentials: { ...credentials, secretAccessKey: 'x' } };
  expect(await rejection(dynamodb, getItem, gone, wrongSecret)).toMatchObject({
    name: 'InvalidSignatureException',
    $metadata: { httpStatusCode: 400 },
  });
  const unknownKey = { credentials: { ...credentials, accessKeyId: 'AKIDOTHER' } };
  expect(await rejection(lambda, new lambda.ListFunctionsCommand({}), gone, unknownKey)).toMatchObject({
    name: 'UnrecognizedClientException',
    $metadata: { httpStatusCode: 403 },
  });
});

test('a service that spoke query tells the code that the error had there', async () => {
  expect(await rejection(sqs, listQueue, gone)).toMatchObject({ Code: 'AWS.SimpleQueueService.NonExistentQueue' });
});
