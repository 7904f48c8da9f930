import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { aws } from '../../src/aws/calls.ts';
import { openAws } from '../../src/host/aws.ts';
import { callErrorOf } from '../../src/host/aws-error.ts';
import { openFacility } from '../../src/host/facility.ts';
import type { Call } from '../../src/kernel/call.ts';
import { CallError } from '../../src/kernel/errors.ts';
import { facility } from '../../src/kernel/facility.ts';
import { later, never } from './support.ts';

const credentials = { accessKeyId: 'CHAOSKEY', secretAccessKey: 'a secret' };

interface Seen {
  readonly method: string;
  readonly path: string;
  readonly authorization: string;
  readonly body: string;
}

/** An endpoint that answers everything alike, and remembers what it was asked. */
async function endpointOf(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      seen.push({ method, path, authorization: headers.authorization ?? '', body });
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  later(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

test('the environment of the caller leads to no other host than the one that is named', async () => {
  vi.stubEnv('AWS_USE_FIPS_ENDPOINT', 'true');
  vi.stubEnv('AWS_USE_DUALSTACK_ENDPOINT', 'true');
  later(() => vi.unstubAllEnvs());
  const { endpoint, seen } = await endpointOf(xml(200, IDENTITY));
  expect(await openTo(endpoint).read(aws('sts', 'GetCallerIdentity', {}), never)).toMatchObject({
    Account: '123456789012',
  });
  expect(seen).toHaveLength(1);
});

const IDENTITY =
  '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
  '<Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>';

const openTo = (endpoint: string) => {
  const caller = openAws({ endpoint, region: 'us-east-1', credentials });
  later(() => caller.close());
  return caller;
};

const xml = (status: number, text: string) => (_request: IncomingMessage, response: ServerResponse) =>
  void response.writeHead(status, { 'content-type': 'text/xml' }).end(text);

const failure = (work: Promise<unknown>): Promise<CallError> =>
  work.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: unknown) => {
      if (error instanceof CallError) return error;
      throw error;
    },
  );

afterEach(() => {
  delete process.env.AWS_ACCESS_KEY_ID;
  delete process.env.AWS_ENDPOINT_URL;
});

test('a port that reads cannot write: nothing is sent', async () => {
  const { endpoint, seen } = await endpointOf(xml(200, '<a/>'));
  const caller = openTo(endpoint);
  const stop = aws('ec2', 'StopInstances', { InstanceIds: ['i-1'] });
  await expect(caller.read(stop, never)).rejects.toThrow('writes');
  const disguised = { ...stop, operation: 'toString' } as Call;
  await expect(caller.read(disguised, never)).rejects.toThrow('not a call of this program');
  await expect(
    openFacility({ endpoint, region: 'r', credentials }).read(facility('CutPower', { zoneId: 'z' }), never),
  ).rejects.toThrow('writes');
  expect(seen).toEqual([]);
});

test('calls are signed with the keys that were given, whatever the environment says', async () => {
  process.env.AWS_ACCESS_KEY_ID = 'REALKEY';
  process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:1';
  const { endpoint, seen } = await endpointOf(
    xml(200, '<DescribeInstancesResponse><reservationSet/></DescribeInstancesResponse>'),
  );
  await openTo(endpoint).read(aws('ec2', 'DescribeInstances', {}), never);
  expect(seen).toHaveLength(1);
  expect(seen[0]?.authorization).toContain('Credential=CHAOSKEY/');
});

test('every call is sent once: repeating is for those who know what is safe', async () => {
  const { endpoint, seen } = await endpointOf(
    xml(500, '<Response><Errors><Error><Code>InternalError</Code><Message>no</Message></Error></Errors></Response>'),
  );
  const error = await failure(openTo(endpoint).write(aws('ec2', 'StopInstances', { InstanceIds: ['i-1'] }), never));
  expect(error).toMatchObject({ code: 'InternalError', retryable: true, ambiguous: true });
  expect(seen).toHaveLength(1);
});

test('a refusal is final, throttling is for later, and neither has taken effect', async () => {
  const codeOf = async (status: number, code: string) => {
    const text = `<Response><Errors><Error><Code>${code}</Code><Message>no</Message></Error></Errors></Response>`;
    const { endpoint } = await endpointOf(xml(status, text));
    const {
      code: got,
      retryable,
      ambiguous,
    } = await failure(openTo(endpoint).write(aws('ec2', 'StopInstances', { InstanceIds: ['i-1'] }), never));
    return { code: got, retryable, ambiguous };
  };
  expect(await codeOf(400, 'InvalidInstanceID.NotFound')).toEqual({
    code: 'InvalidInstanceID.NotFound',
    retryable: false,
    ambiguous: false,
  });
  expect(await codeOf(503, 'RequestLimitExceeded')).toMatchObject({ retryable: true, ambiguous: false });
  expect(await codeOf(500, 'InsufficientInstanceCapacity')).toMatchObject({ retryable: true, ambiguous: false });
});

test('no connection means that nothing happened; a broken one means that nobody knows', async () => {
  const refused = await failure(
    openTo('http://127.0.0.1:1').write(aws('ec2', 'StopInstances', { InstanceIds: ['i-1'] }), never),
  );
  expect(refused).toMatchObject({ code: 'ECONNREFUSED', retryable: true, ambiguous: false });
  const { endpoint } = await endpointOf((request) => request.socket.destroy());
  const broken = await failure(openTo(endpoint).write(aws('ec2', 'StopInstances', { InstanceIds: ['i-1'] }), never));
  expect(broken).toMatchObject({ retryable: true, ambiguous: true });
  const { endpoint: same } = await endpointOf((request) => request.socket.destroy());
  const door = openFacility({ endpoint: same, region: 'r', credentials });
  expect(await failure(door.write(facility('CutPower', { zoneId: 'z' }), never))).toMatchObject({
    retryable: true,
    ambiguous: true,
  });
});

test('an abort rejects with its own reason, not as a failure of the call', async () => {
  const { endpoint } = await endpointOf(() => undefined);
  const reason = new Error('enough');
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), 100);
  await expect(openTo(endpoint).read(aws('ec2', 'DescribeInstances', {}), controller.signal)).rejects.toBe(reason);
  const again = new AbortController();
  setTimeout(() => again.abort(reason), 50);
  const door = openFacility({ endpoint, region: 'r', credentials });
  await expect(door.read(facility('DescribeZones', {}), again.signal)).rejects.toBe(reason);
});

test('a facility error keeps its code and its words', async () => {
  const { endpoint, seen } = await endpointOf(
    (_request, response) =>
      void response
        .writeHead(409, { 'content-type': 'application/json' })
        .end('{"code":"LeaseHeld","message":"run r1 has it"}'),
  );
  const door = openFacility({ endpoint, region: 'us-east-1', credentials });
  const error = await failure(
    door.write(facility('AcquireLease', { runId: 'r', owner: 'o', purpose: 'p', ttlMs: 1_000 }), never),
  );
  expect(error).toMatchObject({ code: 'LeaseHeld', message: 'run r1 has it', retryable: false, ambiguous: false });
  expect(seen[0]).toMatchObject({ method: 'POST', path: '/_facility/AcquireLease' });
  expect(seen[0]?.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=CHAOSKEY\/\d{8}\/us-east-1\/facility\/aws4_request/,
  );
});

test('an error of no known kind is not repeated, and may have taken effect', () => {
  expect(callErrorOf(new Error('strange'))).toMatchObject({ retryable: false, ambiguous: true, message: 'strange' });
});
