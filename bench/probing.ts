import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { observeOpenLoop } from '../src/engine/probing.ts';
import { openHostAccount } from '../src/host/host-account.ts';
import { warmUp } from '../src/host/warm.ts';
import { http } from '../src/probes/http.ts';
import { type Figure, median, ms, quantile } from './figures.ts';

const RATE = 1_000;
const SECONDS = 5;
/** A machine that stands still for 50 ms makes every probe of those late: the median of the rounds is held to the goal. */
const ROUNDS = 5;

const SERVER = `
const server = require('node:http').createServer((_, answer) => answer.end('ok'));
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
`;

/** How late 1,000 HTTP probes a second are sent, and how many are lost, against a chain of timers in the same run. */
export async function probing(): Promise<Figure[]> {
  const server = spawn(process.execPath, ['-e', SERVER], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [line] = (await once(server.stdout, 'data')) as [Buffer];
    await warmUp();
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round++)
      rounds.push(await observe(`http://127.0.0.1:${Number(String(line))}/`));
    const fired = await chainOfTimers();
    const due = RATE * SECONDS;
    const good = Math.min(...rounds.map(({ answered }) => answered.filter((bad) => bad === undefined).length));
    const p99s = rounds.map(({ late }) => quantile(late, 0.99));
    return [
      {
        name: `${RATE} probes/s for ${SECONDS} s: lateness p99`,
        value: `${p99s.map(ms).join(', ')} (p50 ${ms(median(rounds.map(({ late }) => quantile(late, 0.5))))})`,
        yardstick: `the machine stood still ${rounds.map(({ stillMs }) => ms(stillMs)).join(', ')}`,
        goal: 'median under 2 ms',
        met: median(p99s) < 2,
      },
      {
        name: `${RATE} probes/s for ${SECONDS} s: lost`,
        value: `${due - good} of ${due}`,
        yardstick: `chain of timers lost ${due - fired}`,
        goal: 'none',
        met: good >= due,
      },
    ];
  } finally {
    server.kill('SIGKILL');
  }
}

interface Round {
  /** How late each probe was sent, in milliseconds. */
  readonly late: number[];
  /** Why it is bad, for each probe. */
  readonly answered: (string | undefined)[];
  /** How long the machine ran nothing at all, as a thread of its own saw it. */
  readonly stillMs: number;
}

/** Wakes every millisecond and adds up what it woke too late by: no program of this machine could have been on time. */
const STILLNESS = `
const { parentPort, receiveMessageOnPort } = require('node:worker_threads');
const cell = new Int32Array(new SharedArrayBuffer(4));
let still = 0;
while (!receiveMessageOnPort(parentPort)) {
  const before = performance.now();
  Atomics.wait(cell, 0, 0, 1);
  const late = performance.now() - before - 1;
  if (late > 2) still += late;
}
parentPort.postMessage(still);`;

async function observe(url: string): Promise<Round> {
  const stillness = new Worker(STILLNESS, { eval: true });
  const host = await openHostAccount();
  const late: number[] = [];
  const answered: (string | undefined)[] = [];
  const end = new AbortController();
  const intended: number[] = [];
  const limit = RATE * SECONDS;
  let open = limit;
  const params = { url, method: 'GET' as const, headers: {} };
  const use = {
    name: 'bench',
    probe: 'http',
    with: params,
    ratePerSecond: RATE,
    timeoutMs: 2_000,
    tolerance: { latency: [], fields: [] },
    place: { file: '', line: 1, column: 1, width: 1, text: '' },
  };
  await new Promise<void>((resolve, reject) => {
    observeOpenLoop({
      use,
      probe: {
        ...http,
        observe: (values, port, signal) => {
          late.push(performance.now() - (intended[late.length] ?? 0));
          return http.observe(values as never, port, signal);
        },
      },
      host,
      signal: end.signal,
      labelAt: (atMs) => {
        intended.push(atMs);
        return 'during';
      },
      due:
        () =>
        ({ bad }) => {
          answered.push(bad);
          if (--open === 0) resolve();
        },
    }).catch(reject);
    setTimeout(() => end.abort(), SECONDS * 1_000 + 500);
  });
  end.abort();
  stillness.postMessage('end');
  const [stillMs] = (await once(stillness, 'message')) as [number];
  return { late: late.slice(0, limit), answered: answered.slice(0, limit), stillMs };
}

function chainOfTimers(): Promise<number> {
  const started = performance.now();
  let fired = 0;
  return new Promise((resolve) => {
    const next = () => {
      if (performance.now() - started >= SECONDS * 1_000) return resolve(fired);
      fired++;
      setTimeout(next, 1_000 / RATE);
    };
    next();
  });
}
