import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EchoDoor, echoDoor } from '../region/wire/echo-door.ts';
import { FORM, sendRaw } from '../region/wire/raw-send.ts';

const CONNECTIONS = 1_000;
/** The door's limit for a whole request, and how long it may take to look. */
const CUT_WITHIN_MS = 40_000;
const ANSWER_WITHIN_MS = 5_000;

let door: EchoDoor;
let port: number;
beforeAll(async () => {
  door = await echoDoor();
  port = Number(new URL(door.endpoint).port);
});
afterAll(() => door.close());

/** Sends the beginning of a request, then a byte a second. Resolves with what came back, once it is cut off. */
const drip = (beginning: string): Promise<string> =>
  new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(beginning));
    const timer = setInterval(() => socket.writable && socket.write('a'), 1_000);
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(timer);
      resolve(answer);
    });
  });

const HEAD = `POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n`;
const BEGINNINGS = [
  '',
  'POST /',
  `${HEAD}X-A: `,
  `${HEAD}Content-Length: 100000\r\n\r\n`,
  `${HEAD}Transfer-Encoding: chunked\r\n\r\nfff\r\n`,
];

test('a thousand connections that send a byte a second keep nobody waiting, and are cut off', async () => {
  const started = performance.now();
  const slow = Array.from({ length: CONNECTIONS }, (_, k) => drip(BEGINNINGS[k % BEGINNINGS.length] ?? ''));
  const all = Promise.all(slow).then((answers) => ({ answers, afterMs: performance.now() - started }));
  const waited: number[] = [];
  for (let k = 0; k < 20; k++) {
    const asked = performance.now();
    const got = await sendRaw(port, { headers: FORM, body: 'Action=DescribeVpcs&Version=2016-11-15' });
    waited.push(performance.now() - asked);
    expect(got.status).toBe(200);
  }
  expect(Math.max(...waited)).toBeLessThan(ANSWER_WITHIN_MS);
  const { answers, afterMs } = await all;
  expect(afterMs).toBeLessThan(CUT_WITHIN_MS);
  const statuses = new Set(answers.map((answer) => /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]));
  expect([...statuses].filter((status) => status !== undefined && !['400', '408'].includes(status))).toEqual([]);
  expect((await sendRaw(port, { headers: FORM, body: 'Action=DescribeVpcs' })).status).toBe(200);
});
