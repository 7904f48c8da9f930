import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startNames } from '../src/region/plane/dns/names.ts';
import { type Figure, median, missing } from './figures.ts';
import { freePort, listening, programOf } from './programs.ts';

const RECORDS = 100;
const ROUNDS = 3;
const SECONDS = 2;
const GOAL = 'at least 1x';

const hosts = Array.from({ length: RECORDS }, (_, k) => ({
  name: `host-${k}.bench.example`,
  address: `192.0.2.${k + 1}`,
}));

/** Queries per second of a name server of the region, beside those of bind9 and dnsmasq with the same records. */
export async function names(): Promise<Figure[]> {
  const dnsperf = programOf('dnsperf');
  const others = ['named', 'dnsmasq'].map((name) => ({ name, program: programOf(name) }));
  if (dnsperf === undefined) return others.map(({ name }) => missing(`DNS beside ${name}`, 'dnsperf', GOAL));
  const folder = mkdtempSync(path.join(tmpdir(), 'chaos-bench-'));
  try {
    const queries = path.join(folder, 'queries');
    writeFileSync(queries, hosts.map(({ name }) => `${name} A\n`).join(''));
    const figures: Figure[] = [];
    for (const { name, program } of others) {
      const title = `DNS beside ${name}`;
      figures.push(
        program ? await beside({ title, name, program, folder, dnsperf, queries }) : missing(title, name, GOAL),
      );
    }
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Comparison {
  readonly title: string;
  readonly name: string;
  readonly program: string;
  readonly folder: string;
  readonly dnsperf: string;
  readonly queries: string;
}

async function beside({ title, name, program, folder, dnsperf, queries }: Comparison): Promise<Figure> {
  const ours = await ourServer();
  const port = await freePort();
  const other = start(name, program, folder, port);
  try {
    await listening(port);
    const rounds: { ours: number; theirs: number }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const theirs = await queriesPerSecond(dnsperf, queries, port);
      rounds.push({ theirs, ours: await queriesPerSecond(dnsperf, queries, ours.nameServers[0]?.port ?? 0) });
    }
    const times = median(rounds.map((round) => round.ours / round.theirs));
    return {
      name: title,
      value: `${median(rounds.map((round) => round.ours)).toFixed(0)} queries/s (${times.toFixed(2)}x)`,
      yardstick: `${name}: ${median(rounds.map(({ theirs }) => theirs)).toFixed(0)} queries/s`,
      goal: GOAL,
      met: times >= 1,
    };
  } finally {
    const ended = once(other, 'exit');
    other.kill('SIGKILL');
    await Promise.all([ended, ours.close()]);
  }
}

async function ourServer() {
  const server = await startNames({ count: 1, addressesOf: () => undefined, random: Math.random, nowMs: Date.now });
  const records = hosts.map(({ name, address }) => ({ name, type: 'A', ttl: 60, values: [address] }));
  server.publish({ hostedZones: [{ id: 'Z1', name: 'bench.example', records }], loadBalancers: [] });
  return server;
}

/** Another name server in the foreground, with the same records and nothing that it would log. */
function start(name: string, program: string, folder: string, port: number): ChildProcess {
  const args = name === 'named' ? namedArguments(folder, port) : dnsmasqArguments(folder, port);
  return spawn(program, args, { stdio: 'ignore' });
}

function namedArguments(folder: string, port: number): string[] {
  const records = hosts.map(({ name, address }) => `${name}. 60 IN A ${address}\n`).join('');
  const soa = 'bench.example. 60 IN SOA ns.bench.example. root.bench.example. 1 60 60 60 60\n';
  const own = 'bench.example. 60 IN NS ns.bench.example.\nns.bench.example. 60 IN A 127.0.0.1\n';
  writeFileSync(path.join(folder, 'zone'), `${soa}${own}${records}`);
  writeFileSync(
    path.join(folder, 'named.conf'),
    `options { directory "${folder}"; listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; }; recursion no;
      pid-file none; session-keyfile "${folder}/key"; managed-keys-directory "${folder}"; };
    controls { };
    zone "bench.example" { type primary; file "${folder}/zone"; };`,
  );
  return ['-g', '-c', path.join(folder, 'named.conf')];
}

function dnsmasqArguments(folder: string, port: number): string[] {
  const lines = hosts.map(({ name, address }) => `host-record=${name},${address},60\n`).join('');
  writeFileSync(path.join(folder, 'dnsmasq.conf'), lines);
  const own = [
    '--keep-in-foreground',
    '--no-resolv',
    '--no-hosts',
    '--bind-interfaces',
    '--user=',
    '--group=',
    '--pid-file=',
  ];
  return [...own, '--listen-address=127.0.0.1', `--port=${port}`, `--conf-file=${path.join(folder, 'dnsmasq.conf')}`];
}

async function queriesPerSecond(dnsperf: string, queries: string, port: number): Promise<number> {
  const args = ['-s', '127.0.0.1', '-p', String(port), '-d', queries, '-l', String(SECONDS), '-c', '4', '-T', '1'];
  const child = spawn(dnsperf, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += String(chunk);
  });
  await once(child, 'close');
  const lost = Number(/Queries lost:\s+(\d+)/.exec(said)?.[1]);
  const codes = /NOERROR \d+ \(100\.00%\)/.test(said);
  if (!codes || lost > 100) throw new Error(`dnsperf met other answers than it asked for:\n${said}`);
  return Number(/Queries per second:\s+([\d.]+)/.exec(said)?.[1]);
}
