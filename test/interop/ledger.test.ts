import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { makeHome, processesOf, runCli, until } from '../support/run-cli.ts';
import { read, root } from '../support/sources.ts';

/** A home in which no region and no process is left afterwards. */
function own(): string {
  const { home, remove } = makeHome();
  onTestFinished(async () => {
    await runCli(['region', 'down', '--all', '--force'], { home });
    // The servers of PostgreSQL have sessions of their own, and end by themselves when their parent is gone.
    await until('no process is left', 10_000, () => processesOf(home).length === 0);
    remove();
  });
  return home;
}

test.each([
  ['postgres-failover.yaml', 'darkFor=20s'],
  ['postgres-cut-off.yaml', 'cutFor=20s'],
])('%s holds: PostgreSQL fails over, and keeps what it confirmed', async (file, length) => {
  const { code, stdout, stderr } = await runCli(['run', `experiments/${file}`, '--json', '--set', length], {
    home: own(),
  });
  const { outcome, phases } = JSON.parse(stdout) as {
    outcome: string;
    phases: { during: Record<string, { good: number; samples: number }> };
  };
  expect({ code, outcome }, stderr).toEqual({ code: 0, outcome: 'held' });
  // It went away, or there was no failing over.
  const { good = 0, samples = 0 } = phases.during.payments ?? {};
  expect(good).toBeLessThan(samples);
});

const UP = ['region', 'up', 'experiments/regions/ledger.yaml', '--name', 'ledger'];

test('a payment that was confirmed and is missing is told', async () => {
  const home = own();
  const up = await runCli(UP, { home });
  expect(up.code, up.stderr).toBe(0);
  const front = /amazonaws\.com at (http:\S+)/.exec(up.stdout + up.stderr)?.[1];
  const audit = async () => (await fetch(`${front}/audit`)).status;
  for (let n = 0; n < 12; n++) expect((await fetch(`${front}/payments`, { method: 'POST' })).status).toBe(201);
  expect(await Promise.all(Array.from({ length: 6 }, audit))).toEqual(Array(6).fill(200));
  const sql = (port: string, text: string) =>
    execFileSync('psql', ['-h', '127.0.0.1', '-p', port, '-U', 'ledger', '-XAtqc', text, 'postgres'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  const servers = portsOfServers(path.join(home, 'regions', 'ledger'));
  // Its port accepts before a server answers.
  await until('both answer', 20_000, () => servers.every((port) => answers(() => sql(port, 'select 1'))));
  const [primary = '', ...others] = servers.filter((port) => sql(port, 'select pg_is_in_recovery()') === 'f');
  expect({ servers: servers.length, others }).toEqual({ servers: 2, others: [] });
  sql(primary, 'delete from payments');
  expect(await Promise.all(Array.from({ length: 6 }, audit))).toEqual(Array(6).fill(409));
});

function answers(ask: () => string): boolean {
  try {
    return ask() !== '';
  } catch {
    return false;
  }
}

/** The fourth line of what a server of PostgreSQL writes of itself. */
function portsOfServers(folder: string): string[] {
  const disks = path.join(folder, 'disks');
  return readdirSync(disks)
    .map((id) => path.join(disks, id, 'cluster/postmaster.pid'))
    .flatMap((file) => (existsSync(file) ? [readFileSync(file, 'utf8').split('\n')[3] ?? ''] : []));
}

test.each([
  [{ NGINX: '/nowhere/nginx' }, '"/nowhere/nginx" is missing: apt-get install nginx-light'],
  [{ POSTGRES_BIN: '/nowhere' }, '"/nowhere/initdb" is missing: apt-get install postgresql curl'],
  [{ PYTHONPATH: '.' }, '"psycopg2" is missing: apt-get install python3-psycopg2'],
])('with %o the region does not start, and says what to install', async (env, said) => {
  const home = own();
  // Stands for a Python without it.
  writeFileSync(path.join(home, 'psycopg2.py'), 'raise ImportError("none")\n');
  const text = read('experiments/regions/ledger.yaml').replaceAll('../apps/', path.join(root, 'experiments/apps/'));
  const blueprint = parse(text) as { instances: { env?: object }[] };
  for (const group of blueprint.instances) group.env = { ...group.env, ...env };
  writeFileSync(path.join(home, 'ledger.yaml'), stringify(blueprint));
  const { code, stderr } = await runCli(['region', 'up', path.join(home, 'ledger.yaml')], { home });
  expect(code).toBe(9);
  expect(stderr).toContain('error[REGION_START]');
  expect(stderr).toContain(said);
});
