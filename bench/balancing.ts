import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Desired } from '../src/region/contract.ts';
import { NO_NETWORK } from '../src/region/network.ts';
import { Balancers } from '../src/region/plane/balancer/balancers.ts';
import { Fabric } from '../src/region/plane/links/fabric.ts';
import { type Figure, median, missing } from './figures.ts';
import { freePort, listening, programOf } from './programs.ts';

const TARGETS = 2;
const CONNECTIONS = 32;
const ROUNDS = 3;
const SECONDS = 2;
const HEALTHY_WITHIN_MS = 5_000;
const GOAL = 'at least 0.8x';
const BALANCED = 'a load balancer beside haproxy';
const LINKED = 'a link beside haproxy in mode tcp';

const WEB =
  "require('node:http').createServer({ keepAliveTimeout: 60000 }, (_, answer) => answer.end('ok'))" +
  ".listen(process.env.PORT, '127.0.0.1')";

/** Requests per second through a load balancer of the region and its links, and through a link, beside haproxy. */
export async function balancing(): Promise<Figure[]> {
  const haproxy = programOf('haproxy');
  const wrk = programOf('wrk');
  if (!haproxy || !wrk) return [BALANCED, LINKED].map((title) => missing(title, haproxy ? 'wrk' : 'haproxy', GOAL));
  const folder = mkdtempSync(path.join(tmpdir(), 'chaos-bench-'));
  const children: ChildProcess[] = [];
  const run = async (command: string, args: readonly string[], port: number) => {
    children.push(spawn(command, args, { stdio: 'ignore', env: { ...process.env, PORT: String(port) } }));
    await listening(port);
    return port;
  };
  const proxy = async (name: string, config: (port: number) => string) => {
    const port = await freePort();
    const file = path.join(folder, name);
    writeFileSync(file, config(port));
    return run(haproxy, ['-db', '-f', file], port);
  };
  try {
    const webs: number[] = [];
    for (let k = 0; k < TARGETS; k++) webs.push(await run(process.execPath, ['-e', WEB], await freePort()));
    const http = await proxy('http', (port) => configOf({ mode: 'http', port, servers: webs }));
    const one = await proxy('one', (port) => configOf({ mode: 'http', port, servers: webs, threads: 1 }));
    const tcp = await proxy('tcp', (port) => configOf({ mode: 'tcp', port, servers: webs.slice(0, 1) }));
    const ours = await ourWays(webs);
    try {
      const load = (port: number) => requestsPerSecond(wrk, port);
      return [
        await beside(BALANCED, 'haproxy', { ours: () => load(ours.balancer), theirs: () => load(http) }),
        await beside(BALANCED, 'haproxy of one thread', { ours: () => load(ours.balancer), theirs: () => load(one) }),
        await beside(LINKED, 'haproxy', { ours: () => load(ours.link), theirs: () => load(tcp) }),
      ];
    } finally {
      ours.close();
    }
  } finally {
    const ended = children.map((child) => once(child, 'exit'));
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(ended);
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Loads {
  readonly ours: () => Promise<number>;
  readonly theirs: () => Promise<number>;
}

async function beside(title: string, name: string, { ours, theirs }: Loads): Promise<Figure> {
  const rounds: { ours: number; theirs: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push({ theirs: await theirs(), ours: await ours() });
  const times = median(rounds.map((round) => round.ours / round.theirs));
  return {
    name: title,
    value: `${median(rounds.map((round) => round.ours)).toFixed(0)} requests/s (${times.toFixed(2)}x)`,
    yardstick: `${name}: ${median(rounds.map((round) => round.theirs)).toFixed(0)} requests/s`,
    goal: GOAL,
    met: times >= 0.8,
  };
}

interface ProxyConfig {
  readonly mode: 'http' | 'tcp';
  readonly port: number;
  readonly servers: readonly number[];
  /** Default: as many as there are processors. */
  readonly threads?: number;
}

const configOf = ({ mode, port, servers, threads }: ProxyConfig): string => `
global
  maxconn 1000
  ${threads === undefined ? '' : `nbthread ${threads}`}
defaults
  mode ${mode}
  ${mode === 'http' ? 'option forwardfor' : ''}
  timeout connect 5s
  timeout client 60s
  timeout server 60s
listen web
  bind 127.0.0.1:${port}
  balance roundrobin
${servers.map((server, k) => `  server web${k} 127.0.0.1:${server}\n`).join('')}`;

/** A load balancer in one zone with those targets, and the link to the first of them, as who is outside reaches them. */
async function ourWays(webs: readonly number[]): Promise<{ balancer: number; link: number; close(): void }> {
  const fabric = new Fabric(Math.random);
  const desired = desiredFor(webs.length);
  const serving = new Set<string>();
  const balancers = new Balancers(fabric, (fact) => {
    if (fact.type === 'target-health' && fact.state === 'healthy') serving.add(fact.instanceId);
  });
  fabric.setRules(desired);
  await balancers.apply(desired);
  const places = desired.instances.map(({ zoneId, address, instanceId, launch }, k) => ({
    zoneId,
    address,
    instanceId,
    port: launch.port,
    reach: () => ({ port: webs[k] ?? 0 }),
  }));
  fabric.setEndpoints([...places, ...balancers.endpoints()]);
  const untilMs = performance.now() + HEALTHY_WITHIN_MS;
  while (serving.size < webs.length) {
    if (performance.now() > untilMs) throw new Error('the targets do not become healthy');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const balancer = await fabric.listener({ kind: 'outside' }, '10.0.0.4', 80);
  const link = await fabric.listener({ kind: 'outside' }, '10.0.0.10', 8080);
  return {
    balancer: balancer?.port ?? 0,
    link: link?.port ?? 0,
    close() {
      balancers.close();
      fabric.close();
    },
  };
}

function desiredFor(targets: number): Desired {
  const ids = Array.from({ length: targets }, (_, k) => `web-${k}`);
  const launch = {
    command: [],
    cwd: '/',
    port: 8080,
    env: {},
    group: 'web',
    calls: [],
    readyWithinMs: 1,
    restart: true,
  };
  return {
    instances: ids.map((id, k) => ({
      instanceId: id,
      name: id,
      zoneId: 'a',
      address: `10.0.0.${k + 10}`,
      run: 'running',
      generation: 1,
      force: false,
      launch,
    })),
    zones: [{ zoneId: 'a', power: 'on' }],
    hostedZones: [],
    network: NO_NETWORK,
    toxics: [],
    loadBalancers: [
      {
        name: 'web',
        dnsName: 'web.elb.test',
        nodes: [{ zoneId: 'a', address: '10.0.0.4' }],
        listenPort: 80,
        crossZone: true,
        targets: ids.map((instanceId) => ({ instanceId, port: 8080, draining: false })),
        healthCheck: { path: '/', intervalMs: 1_000, timeoutMs: 500, healthyThreshold: 2, unhealthyThreshold: 2 },
      },
    ],
  };
}

/** Kept-alive connections that ask again as soon as they are answered. */
async function requestsPerSecond(wrk: string, port: number): Promise<number> {
  const args = ['-t', '1', '-c', String(CONNECTIONS), '-d', `${SECONDS}s`, `http://127.0.0.1:${port}/`];
  const child = spawn(wrk, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += String(chunk);
  });
  await once(child, 'close');
  if (/Non-2xx|Socket errors/.test(said)) throw new Error(`wrk met other answers than it asked for:\n${said}`);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(said)?.[1]);
}
