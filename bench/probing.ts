import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { observeOpenLoop } from '../src/engine/probing.ts';
import { openHostAccount } from '../src/host/host-account.ts';
import { http } from '../src/probes/http.ts';
import { type Figure, ms, quantile } from './figures.ts';

const RATE = 1_000;
const SECONDS = 5;

const SERVER = `
const server = require('node:http').createServer((_, answer) => answer.end('ok'));
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
`;

/** How late 1,000 HTTP probes a second are sent, and how many are lost, against a chain of timers in the same run. */
export async function probing(): Promise<Figure[]> {
  const server = spawn(process.execPath, ['-e', SERVER], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [line] = (await once(server.stdout, 'data')) as [Buffer];
    const { late, answered } = await observe(`http://127.0.0.1:${Number(String(line))}/`);
    const fired = await chainOfTimers();
    const due = RATE * SECONDS;
    const good = answered.filter((bad) => bad === undefined).length;
    return [
      {
        name: `${RATE} probes/s for ${SECONDS} s: lateness p99`,
        value: `${ms(quantile(late, 0.99))} (p50 ${ms(quantile(late, 0.5))})`,
        yardstick: `chain of timers fired ${fired} of ${due}`,
        goal: 'under 2 ms',
        met: quantile(late, 0.99) < 2,
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

async function observe(url: string): Promise<{ late: number[]; answered: (string | undefined)[] }> {
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
  return { late: late.slice(0, limit), answered: answered.slice(0, limit) };
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
