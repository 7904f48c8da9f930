import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { platform } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { ownKey } from '../host/key.ts';
import { startRegion } from '../host/region.ts';
import type { Blueprint } from '../kernel/blueprint.ts';
import { ChaosError } from '../kernel/errors.ts';
import { type Paint, wrap } from '../report/text.ts';
import { ensureHome } from './home.ts';
import { files } from './machine.ts';
import { readStatus } from './status.ts';

/** One thing that was looked at. `note`: worth knowing, and no obstacle. */
export interface Finding {
  readonly name: string;
  readonly state: 'ok' | 'note' | 'broken';
  readonly detail: string;
  readonly fix: string | null;
}

/** What `chaos doctor --json` prints. */
export interface Checkup {
  readonly v: 1;
  readonly ok: boolean;
  readonly findings: readonly Finding[];
}

const NODE_LEAST = [20, 19] as const;
/** The oldest line of Node that still gets fixes. */
const NODE_MAINTAINED = 22;

/** Looks at everything that a run needs. Starts the control plane of an empty region, and ends it again. */
export async function checkUp(home: string): Promise<Checkup> {
  const basics = [checkHome(home), checkKey(), checkShell(), checkPorts()];
  const findings = [checkNode(process.versions.node), ...(await Promise.all(basics))];
  if (findings.every(({ state }) => state !== 'broken')) findings.push(await checkRegion(home));
  findings.push(BACK_ENDS, await checkLeftovers(home));
  return { v: 1, ok: findings.every(({ state }) => state !== 'broken'), findings };
}

/** Whether this version of Node is new enough. */
export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [least, leastMinor] = NODE_LEAST;
  const isEnough = major > least || (major === least && minor >= leastMinor);
  if (!isEnough) return broken('node', `version ${version}`, `install Node ${NODE_LEAST.join('.')} or newer`);
  const detail = `version ${version} on ${platform()}`;
  return major >= NODE_MAINTAINED
    ? ok('node', detail)
    : note('node', `${detail} works, and gets no fixes any more`, `install Node ${NODE_MAINTAINED} or newer`);
}

async function checkHome(home: string): Promise<Finding> {
  const probe = path.join(home, `doctor-${randomUUID()}`);
  try {
    ensureHome(home);
    await writeFile(probe, 'x');
    await rm(probe);
    return ok('home', `${home} can be written`);
  } catch (error) {
    return broken('home', reason(error), 'set CHAOS_HOME to a folder that can be written');
  }
}

/** The key that seals the records of runs, by which `recover` knows them again. */
async function checkKey(): Promise<Finding> {
  try {
    const found = await ownKey();
    if (found.key) return ok('key', 'the records of your runs are sealed with a key of your own');
    const detail = `${found.why}: after the death of a run, its commands are undone only with --trust-commands`;
    return note('key', detail, 'set XDG_STATE_HOME to a folder of your own that exists and can be written');
  } catch (error) {
    const [problem] = error instanceof ChaosError ? error.problems : [];
    return broken('key', problem?.what ?? reason(error), problem?.fix ?? 'set XDG_STATE_HOME to a folder of your own');
  }
}

async function checkShell(): Promise<Finding> {
  try {
    await promisify(execFile)('sh', ['-c', 'exit 0']);
    return ok('sh', 'programs can be started');
  } catch (error) {
    return broken('sh', `"sh" cannot be started: ${reason(error)}`, 'put the folder of sh into PATH');
  }
}

function checkPorts(): Promise<Finding> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) =>
      resolve(broken('ports', `no loopback port can be opened: ${reason(error)}`, 'allow listening on 127.0.0.1')),
    );
    server.listen(0, '127.0.0.1', () => server.close(() => resolve(ok('ports', 'loopback ports can be opened'))));
  });
}

const EMPTY_REGION: Blueprint = {
  title: 'An empty region',
  region: 'us-east-1',
  zones: [{ id: 'use1-az1', name: 'us-east-1a' }],
  instances: [],
  loadBalancers: [],
  hostedZones: [],
  dnsChangeDelayMs: 0,
  nameServers: 1,
  powerReturnStaggerMs: 0,
};

async function checkRegion(home: string): Promise<Finding> {
  const name = `doctor-${process.pid}`;
  const began = performance.now();
  try {
    const region = await startRegion({ home, name, blueprint: EMPTY_REGION, keep: false, parts: 'control' });
    const tookMs = Math.round(performance.now() - began);
    await region.stop();
    await files.remove(region.file.folder);
    return ok('region', `the control plane of a region starts within ${tookMs}ms`);
  } catch (error) {
    const [problem] = error instanceof ChaosError ? error.problems : [];
    return broken('region', problem?.what ?? reason(error), problem?.fix ?? 'run "npm run build"');
  }
}

const BACK_ENDS: Finding = {
  name: 'data plane',
  state: 'ok',
  detail: 'portable: no privileges needed; a new connection into a dark zone is accepted and stays silent',
  fix: null,
};

async function checkLeftovers(home: string): Promise<Finding> {
  const { regions, running, harmed } = await readStatus(home);
  if (harmed.length > 0) {
    const ids = harmed.map(({ runId }) => runId);
    return note('leftovers', `left harmed by: ${ids.join(', ')}`, 'run "chaos recover"');
  }
  const up = [...regions.map(({ name }) => `region ${name}`), ...running.map(({ runId }) => `run ${runId}`)];
  return ok('leftovers', up.length > 0 ? `going on: ${up.join(', ')}` : 'none');
}

export function renderCheckup({ findings, ok: isOk }: Checkup, width: number, paint: Paint): string {
  const tone = { ok: paint.good, note: paint.warn, broken: paint.bad };
  return [
    ...findings.flatMap(({ name, state, detail, fix }) => [
      `${tone[state](state.padEnd(6))} ${paint.bold(name)}`,
      ...wrap(detail, width, '       '),
      ...(fix === null ? [] : wrap(`fix: ${fix}`, width, '       ')),
    ]),
    isOk ? 'A run can work here.' : 'A run cannot work here yet.',
  ].join('\n');
}

const ok = (name: string, detail: string): Finding => ({ name, state: 'ok', detail, fix: null });
const note = (name: string, detail: string, fix: string): Finding => ({ name, state: 'note', detail, fix });
const broken = (name: string, detail: string, fix: string): Finding => ({ name, state: 'broken', detail, fix });
const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));
