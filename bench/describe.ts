import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { createInterface } from 'node:readline';
import { buffer } from 'node:stream/consumers';
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CREDENTIALS, doorOf } from './door.ts';
import { type Figure, median, missing, ms } from './figures.ts';
import { hasModule } from './programs.ts';

const INSTANCES = 1_000;
const ROUNDS = 5;
const NAME = `DescribeInstances of ${INSTANCES}`;
const GOAL = 'over 100x';

const MOTO = `
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address='127.0.0.1', port=0, verbose=False)
server.start()
import boto3
host, port = server.get_host_and_port()
ec2 = boto3.client('ec2', endpoint_url=f'http://{host}:{port}', region_name='us-east-1',
                   aws_access_key_id='test', aws_secret_access_key='test')
image = ec2.describe_images()['Images'][0]['ImageId']
for _ in range(${INSTANCES / 100}):
    ec2.run_instances(ImageId=image, MinCount=100, MaxCount=100)
print(f'http://{host}:{port}', flush=True)
sys.stdin.read()
`;

/**
 * How long the whole answer takes, as octets over HTTP: a request that a client of the SDK signed is sent again and again,
 * so that no client's decoding is measured.
 */
export async function describe(): Promise<Figure[]> {
  const python = hasModule('moto.server');
  if (python === undefined) return [missing(NAME, 'Moto', GOAL)];
  const moto = spawn(python, ['-c', MOTO], { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = once(moto, 'exit');
  const door = await doorOf(INSTANCES);
  try {
    const [endpoint] = (await once(createInterface({ input: moto.stdout }), 'line')) as [string];
    const [ours, theirs] = [await signed(door.endpoint), await signed(endpoint)];
    const rounds: { ours: number; theirs: number }[] = [];
    await timed(ours);
    for (let round = 0; round < ROUNDS; round++) rounds.push({ theirs: await timed(theirs), ours: await timed(ours) });
    const times = median(rounds.map((round) => round.theirs / round.ours));
    return [
      {
        name: NAME,
        value: `${ms(median(rounds.map((round) => round.ours)))} (${times.toFixed(0)}x)`,
        yardstick: `Moto, raw HTTP: ${ms(median(rounds.map((round) => round.theirs)))}`,
        goal: GOAL,
        met: times > 100,
      },
    ];
  } finally {
    moto.stdin.end();
    await Promise.all([ended, door.close()]);
  }
}

interface Signed {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** The request as the SDK's client would send it. */
async function signed(endpoint: string): Promise<Signed> {
  let signed: Signed | undefined;
  const requestHandler = {
    handle: (sent: { path: string; headers: Record<string, string>; body: string }) => {
      const { host: _host, 'content-length': _length, ...headers } = sent.headers;
      signed = { url: `${endpoint}${sent.path}`, headers, body: String(sent.body) };
      return Promise.reject(new Error('kept instead of sent'));
    },
  };
  const client = new EC2Client({
    endpoint,
    region: 'us-east-1',
    credentials: CREDENTIALS,
    maxAttempts: 1,
    requestHandler,
  });
  await client.send(new DescribeInstancesCommand({})).catch(() => {});
  if (!signed) throw new Error('the client sent nothing');
  return signed;
}

async function timed({ url, headers, body }: Signed): Promise<number> {
  const started = performance.now();
  const sent = request(url, { method: 'POST', headers }).end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const octets = await buffer(answer);
  const tookMs = performance.now() - started;
  const text = octets.toString();
  const found = text.match(/<instanceId>/g)?.length ?? 0;
  if (found !== INSTANCES)
    throw new Error(`"${url}" answered ${answer.statusCode} with ${found} instances: ${text.slice(0, 300)}`);
  return tookMs;
}
