import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { parseBlueprint } from '../../src/experiment/blueprint.ts';
import { startNames } from '../../src/region/plane/dns/names.ts';
import { createPortFinder } from '../../src/region/plane/supervisor/ports.ts';
import { root } from '../support/sources.ts';

const app = (name: string) => path.join(root, 'experiments/apps/shop', name);
const children: ChildProcess[] = [];
afterEach(async () => {
  const gone = children.splice(0).map((child) => {
    const exited = new Promise((resolve) => child.once('exit', resolve));
    return child.exitCode === null && child.signalCode === null && child.kill('SIGKILL') ? exited : undefined;
  });
  await Promise.all(gone);
});

async function start(script: string, port: number, env: Record<string, string>): Promise<ChildProcess> {
  const child = spawn(process.execPath, [app(script)], { env: { PORT: String(port), ...env }, stdio: 'inherit' });
  children.push(child);
  for (;;) {
    const ready = await fetch(`http://127.0.0.1:${port}/healthz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return child;
    if (child.exitCode !== null) throw new Error(`${script} ended`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
const kill = async (child: ChildProcess | undefined) => {
  const exited = new Promise((resolve) => child?.once('exit', resolve));
  child?.kill('SIGKILL');
  await exited;
};

test.each(['shop', 'shop-fragile', 'shop-naive'])('the blueprint %s.yaml has no problem', (name) => {
  const file = path.join(root, 'experiments/regions', `${name}.yaml`);
  const { blueprint, problems } = parseBlueprint({ file, text: readFileSync(file, 'utf8') });
  expect(problems).toEqual([]);
  const count = blueprint?.instances.reduce((sum, group) => sum + group.perZone * group.zones.length, 0);
  expect(count).toBe(name === 'shop-fragile' ? 13 : 15);
});

describe('the shop keeps its orders', () => {
  async function startTiers() {
    const findPort = createPortFinder(Math.random);
    const ports = [await findPort(), await findPort(), await findPort()];
    const env = { STORE_ENDPOINTS: ports.map((port) => `127.0.0.1:${port}`).join(','), INSTANCE_NAME: 'inventory' };
    const stores = await Promise.all(ports.map((port) => start('store.js', port, env)));
    const inventory = await findPort();
    await start('inventory.js', inventory, env);
    const order = async (id: string, method: string) => {
      const body = method === 'PUT' ? { body: '{"item":"book"}' } : {};
      return (await fetch(`http://127.0.0.1:${inventory}/orders/${id}`, { method, ...body })).status;
    };
    const keysOf = async (index: number) =>
      ((await (await fetch(`http://127.0.0.1:${ports[index]}/keys`)).json()) as [string][]).map(([key]) => key).sort();
    return { stores, order, keysOf, restart: (index: number) => start('store.js', ports[index] ?? 0, env) };
  }

  test('with one store of three gone, not with two; one that returns has what it missed', async () => {
    const { stores, order, keysOf, restart } = await startTiers();
    expect(await order('1', 'PUT')).toBe(200);
    await kill(stores[0]);
    expect(await order('2', 'PUT')).toBe(200);
    await kill(stores[1]);
    expect(await order('3', 'PUT')).toBe(503);
    expect(await order('2', 'GET')).toBe(503);
    await restart(0);
    // A write that no majority took may have reached one: it is neither there nor not there.
    expect(await keysOf(0)).toEqual(expect.arrayContaining(['1', '2']));
    expect(await order('4', 'PUT')).toBe(200);
    await restart(1);
    expect(await keysOf(1)).toEqual(expect.arrayContaining(['1', '2', '4']));
  });
});

describe('a name that is gone from the DNS', () => {
  type Names = (name: string) => Promise<string[]>;
  async function askTwice(serveStale: boolean): Promise<readonly unknown[]> {
    const { createNames } = (await import(app('names.js'))) as { createNames: (options: object) => Names };
    let nowMs = 0;
    const dns = await startNames({ count: 1, random: () => 0, nowMs: () => nowMs, addressesOf: () => undefined });
    const zone = (values: string[]) => ({
      hostedZones: [{ id: 'Z', name: 'a.test', records: [{ name: 'x.a.test', type: 'A', ttl: 1, values }] }],
      loadBalancers: [],
    });
    dns.publish(zone(['10.0.0.1']));
    const resolve = createNames({ server: `127.0.0.1:${dns.resolverAt.port}`, serveStale });
    const first = await resolve('x.a.test');
    dns.publish(zone([]));
    nowMs = 1_001;
    await new Promise((wait) => setTimeout(wait, 1_001));
    const second = await resolve('x.a.test').catch((error: { code: string }) => error.code);
    await dns.close();
    return [first, second];
  }

  test('is served on from a cache that serves stale answers', async () => {
    expect(await askTwice(true)).toEqual([['10.0.0.1'], ['10.0.0.1']]);
  });

  test('is lost, once its TTL is over, to a cache that does not', async () => {
    expect(await askTwice(false)).toEqual([['10.0.0.1'], 'ENODATA']);
  });
});
