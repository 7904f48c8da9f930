import { once } from 'node:events';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openHostLease } from '../../src/host/host-lease.ts';
import { openLease } from '../../src/host/lease.ts';
import { CallError, ChaosError } from '../../src/kernel/errors.ts';
import type { FacilityOperation } from '../../src/kernel/facility.ts';
import { facility } from '../../src/kernel/facility.ts';
import type { WritePort } from '../../src/kernel/ports.ts';
import { build } from '../support/sim-port.ts';
import { runScript, temporaryFolder } from './support.ts';

const nothing = async () => [];
const home = '/here';
const never = new AbortController().signal;

/** The region's own lease steps, in virtual time, without the delays of a network. */
function region() {
  const sim = build();
  const send = async (call: { operation: string; input: object }) => {
    try {
      return sim.world.facility(call.operation as FacilityOperation, call.input as never) as never;
    } catch (error) {
      throw new CallError((error as { code: string }).code, (error as Error).message);
    }
  };
  return { sim, port: Object.assign(Object.create(sim) as WritePort, { read: send, write: send }) };
}

test('two runs on one region exclude each other until the first gives it back', async () => {
  const { port } = region();
  const [first, second] = ['r1', 'r2'].map((runId) => openLease(port, { runId, home, pendingOf: nothing }));
  expect(await first?.acquire('a game day')).toEqual([]);
  const [problem] = (await second?.acquire('another')) ?? [];
  expect(problem).toMatchObject({ code: 'SAFETY_LEASE' });
  expect(problem?.what).toMatch(/^run r1 \(.+, a game day\) holds the account$/);
  expect(problem?.fix).toContain('chaos abort r1');
  await first?.renew();
  await first?.release();
  expect(await second?.acquire('another')).toEqual([]);
});

test('a run may take its own lease again', async () => {
  const { port } = region();
  const lease = openLease(port, { runId: 'r1', home, pendingOf: nothing });
  expect(await lease.acquire('x')).toEqual([]);
  expect(await lease.acquire('x')).toEqual([]);
});

test('an expired lease is taken over, unless its run left something harmed here', async () => {
  const { sim, port } = region();
  const dead = { runId: 'dead', owner: 'somebody elsewhere', purpose: 'p', ttlMs: 1_000 };
  await port.write(facility('AcquireLease', dead), never);
  const taking = (pending: string[]) =>
    openLease(port, { runId: 'r2', home, pendingOf: async () => pending }).acquire('x');
  expect((await taking(['web-a1']))[0]?.code, 'not expired yet').toBe('SAFETY_LEASE');
  await sim.clock.run(sim.clock.sleep(2_000));
  expect(await taking(['web-a1', 'web-a2'])).toEqual([
    {
      code: 'SAFETY_DIRTY',
      what: 'run dead ended and left to be restored: web-a1, web-a2',
      fix: 'run "chaos recover dead" first; what it cannot restore, restore by hand, and then say so with "chaos recover dead --restored-by-hand"',
    },
  ]);
  expect(await taking([])).toEqual([]);
});

test('a dead run whose record cannot be read refuses the next one, and says where it was and how to give it up', async () => {
  const { sim, port } = region();
  expect(await openLease(port, { runId: 'r1', home: '/elsewhere', pendingOf: nothing }).acquire('p')).toEqual([]);
  await sim.clock.run(sim.clock.sleep(60_000));
  const asked: unknown[] = [];
  const taking = (pending: string[] | undefined) =>
    openLease(port, {
      runId: 'r2',
      home,
      pendingOf: async (run) => {
        asked.push(run.home);
        return pending;
      },
    }).acquire('x');
  // The owner of the lease is this process, which lives: only its silence says that the run is dead.
  const [problem] = await taking(undefined);
  expect(problem).toEqual({
    code: 'SAFETY_DIRTY',
    what: 'run r1 died, and what it left harmed is not known: its record in "/elsewhere" cannot be read',
    fix: `run "CHAOS_HOME=/elsewhere chaos recover r1" first, or give the region up with "chaos region down ${port.account.name}"`,
  });
  expect(await taking(undefined), 'still').toEqual([problem]);
  expect(await taking([]), 'its record is back, and says that nothing is harmed').toEqual([]);
  expect(asked).toEqual(['/elsewhere', '/elsewhere', '/elsewhere']);
});

test('a dead run on this machine whose record cannot be read refuses every next one, until it is given back', async () => {
  const folder = path.join(await temporaryFolder(), 'runtime');
  const child = await runScript(`import { openHostLease } from './src/host/host-lease.ts';
    const lease = openHostLease({ runId: 'r1', home: '/gone', pendingOf: async () => [] }, ${JSON.stringify(folder)});
    console.log(JSON.stringify(await lease.acquire('p')));`);
  await once(child, 'exit');
  const next = (runId: string) => openHostLease({ runId, home, pendingOf: async () => undefined }, folder);
  for (const runId of ['r2', 'r3']) {
    const [problem] = await next(runId).acquire('x');
    expect(problem?.code).toBe('SAFETY_DIRTY');
    expect(problem?.fix).toBe(
      `run "CHAOS_HOME=/gone chaos recover r1" first, or remove "${path.join(folder, 'holder.json')}" to give it up`,
    );
  }
  await next('r2').release();
  expect((await next('r2').acquire('x'))[0]?.code, 'not its own to give back').toBe('SAFETY_DIRTY');
  await next('r1').release();
  expect(await next('r2').acquire('x')).toEqual([]);
});

test('the lease of a process of this machine that is dead need not expire first', async () => {
  const { port } = region();
  const child = await runScript(`import { namespaceOfProcesses, startTimeOf } from './src/host/process-table.ts';
    import { hostname } from 'node:os';
    const namespace = await namespaceOfProcesses();
    console.log('me@' + hostname() + ', pid ' + process.pid + ', started ' + (await startTimeOf(process.pid))
      + (namespace === undefined ? '' : ', in ' + namespace));
    setInterval(() => {}, 1_000);`);
  const [owner] = (await once(child.stdout, 'data')) as [Buffer];
  const held = { runId: 'r1', owner: owner.toString().trim(), purpose: 'p', ttlMs: 60_000 };
  await port.write(facility('AcquireLease', held), never);
  const next = openLease(port, { runId: 'r2', home, pendingOf: nothing });
  expect((await next.acquire('x'))[0]?.code).toBe('SAFETY_LEASE');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await next.acquire('x')).toEqual([]);
});

test('a process of another container, which may have the name of this machine, is not taken for dead', async () => {
  const { port } = region();
  const elsewhere = `me@${hostname()}, pid 2, started 17, in pid:[1]`;
  await port.write(facility('AcquireLease', { runId: 'r1', owner: elsewhere, purpose: 'p', ttlMs: 60_000 }), never);
  const next = openLease(port, { runId: 'r2', home, pendingOf: nothing });
  expect((await next.acquire('x'))[0]?.code).toBe('SAFETY_LEASE');
});

test('a process that has only the number of a dead owner does not hold its lease', async () => {
  const { port } = region();
  await openLease(port, { runId: 'r1', home, pendingOf: nothing }).acquire('p');
  const { lease } = await port.read(facility('DescribeLease', {}), never);
  const owner = lease?.owner ?? '';
  const next = openLease(port, { runId: 'r2', home, pendingOf: nothing });
  expect((await next.acquire('x'))[0]?.code, 'this process lives').toBe('SAFETY_LEASE');
  await port.write(facility('ReleaseLease', { runId: 'r1' }), never);
  const earlier = owner.replace(/started [^,]+/, 'started long ago');
  expect(earlier).not.toBe(owner);
  await port.write(facility('AcquireLease', { runId: 'r1', owner: earlier, purpose: 'p', ttlMs: 60_000 }), never);
  expect(await next.acquire('x')).toEqual([]);
});

test('two runs on one machine exclude each other, and the death of the first frees it at once', async () => {
  const folder = path.join(await temporaryFolder(), 'runtime');
  const child = await runScript(`import { openHostLease } from './src/host/host-lease.ts';
    const lease = openHostLease({ runId: 'r1', home: '/first home', pendingOf: async () => [] }, ${JSON.stringify(folder)});
    console.log(JSON.stringify(await lease.acquire('p')));
    setInterval(() => {}, 1_000);`);
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  expect(said.toString().trim()).toBe('[]');
  const next = (pending: string[]) => openHostLease({ runId: 'r2', home, pendingOf: async () => pending }, folder);
  const [problem] = await next([]).acquire('x');
  expect(problem).toMatchObject({
    code: 'SAFETY_LEASE',
    fix: `wait until it has ended, or end it with "CHAOS_HOME='/first home' chaos abort r1"`,
  });
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect((await next(['worker (pid 7)']).acquire('x'))[0]).toMatchObject({
    code: 'SAFETY_DIRTY',
    fix:
      `run "CHAOS_HOME='/first home' chaos recover r1" first; what it cannot restore, restore by hand, ` +
      `and then say so with "CHAOS_HOME='/first home' chaos recover r1 --restored-by-hand"`,
  });
  const lease = next([]);
  expect(await lease.acquire('x')).toEqual([]);
  await lease.release();
  const third = openHostLease({ runId: 'r3', home, pendingOf: async () => ['never asked for'] }, folder);
  expect(await third.acquire('x'), 'given back cleanly').toEqual([]);
});

test('a torn note of who had the machine keeps the run out, says what to do, and holds no lock meanwhile', async () => {
  const folder = await temporaryFolder();
  await writeFile(path.join(folder, 'holder.json'), '{"runId":"r1","ho');
  const problems = await openHostLease({ runId: 'r2', home, pendingOf: nothing }, folder).acquire('x');
  expect(problems).toMatchObject([{ code: 'SAFETY_DIRTY', what: expect.stringContaining('is damaged') }]);
  await rm(path.join(folder, 'holder.json'));
  const lease = openHostLease({ runId: 'r3', home, pendingOf: nothing }, folder);
  expect(await lease.acquire('x')).toEqual([]);
  await lease.release();
});

test('a folder that others can write to is no place for a lease', async () => {
  const folder = await temporaryFolder();
  await chmod(folder, 0o777);
  await expect(openHostLease({ runId: 'r', home, pendingOf: nothing }, folder).acquire('x')).rejects.toThrow(
    'somebody else',
  );
});

test('a machine whose folder cannot be used keeps the run out at once, and says what failed and what to do', async () => {
  const base = await temporaryFolder();
  await writeFile(path.join(base, 'file'), '');
  await mkdir(path.join(base, 'taken'));
  await writeFile(path.join(base, 'taken', 'lease'), '');
  const folders = [
    [path.join(base, 'file', 'chaos'), /mkdir failed with ENOTDIR/],
    [path.join(base, 'missing', 'chaos'), /mkdir failed with ENOENT/],
    ['/proc/missing/chaos', /mkdir failed with ENOENT/],
    [path.join(base, 'taken'), /mkdir failed with EEXIST/],
  ] as const;
  for (const [folder, what] of folders) {
    const lease = openHostLease({ runId: 'r', home, pendingOf: nothing }, folder);
    const refused = await lease.acquire('x').catch((error: unknown) => error);
    expect(refused, folder).toBeInstanceOf(ChaosError);
    const [problem] = (refused as ChaosError).problems;
    expect(problem).toMatchObject({ code: 'ACCOUNT_UNAVAILABLE', what: expect.stringMatching(what) });
    expect(problem?.fix).toContain('set XDG_RUNTIME_DIR');
    await expect(lease.release(), folder).rejects.toThrow();
  }
});

test.skipIf(process.platform !== 'linux')('a disk without room keeps the run out', async () => {
  const folder = await temporaryFolder();
  const child = await runScript(`import { openHostLease } from './src/host/host-lease.ts';
    const lease = openHostLease({ runId: 'r', home: '/', pendingOf: async () => [] }, ${JSON.stringify(folder)});
    process.on('SIGXFSZ', () => {});
    const { execFileSync } = await import('node:child_process');
    execFileSync('prlimit', ['--fsize=0', '--pid', String(process.pid)]);
    await lease.acquire('x').catch((error) => console.log(error.problems?.[0]?.what ?? String(error)));`);
  const [chunk] = await once(child.stdout ?? child, 'data');
  expect(String(chunk)).toMatch(/failed with EFBIG/);
  child.kill('SIGKILL');
});
