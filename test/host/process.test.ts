import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openHostAccount } from '../../src/host/host-account.ts';
import { readProcessRow, startTimeOf } from '../../src/host/process-table.ts';
import { CallError } from '../../src/kernel/errors.ts';
import { processCall } from '../../src/kernel/process.ts';
import { eventually, later, never, runScript, temporaryFolder } from './support.ts';

const port = await openHostAccount();

async function worker(): Promise<{ child: ChildProcess; pid: number; startTime: string; pidFile: string }> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  later(() => child.kill('SIGKILL'));
  const pid = child.pid ?? 0;
  const pidFile = path.join(await temporaryFolder(), 'worker.pid');
  await writeFile(pidFile, `${pid}\n`);
  return { child, pid, startTime: (await startTimeOf(pid)) ?? '', pidFile };
}

const signal = (pid: number, startTime: string, name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT') =>
  port.write(processCall('Signal', { pid, startTime, signal: name }), never);

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof CallError ? error.code : error),
  );

test('a pid file names a process, with when it started and whether it stands still', async () => {
  const { pid, startTime, pidFile } = await worker();
  const facts = await port.read(processCall('DescribePidFile', { pidFile }), never);
  expect(facts.process).toMatchObject({ pid, startTime, stopped: false });
  await signal(pid, startTime, 'SIGSTOP');
  await eventually(async () => (await readProcessRow(pid))?.stopped === true);
  expect((await port.read(processCall('DescribeProcess', { pid, startTime }), never)).process?.stopped).toBe(true);
  await signal(pid, startTime, 'SIGCONT');
  await eventually(async () => (await readProcessRow(pid))?.stopped === false);
});

test('a pid file that never ends, or that is no file, is refused at once', async () => {
  await expect(port.read(processCall('DescribePidFile', { pidFile: '/dev/zero' }), never)).rejects.toThrow(
    'the pid file "/dev/zero" cannot be read (NOT_A_FILE)',
  );
});

test('a pid file that is missing, empty or not a number names nothing', async () => {
  const folder = await temporaryFolder();
  for (const [name, text] of [
    ['empty', ''],
    ['words', 'a process'],
    ['many', '1 2'],
    ['negative', '-1'],
  ] as const) {
    await writeFile(path.join(folder, name), text);
    expect(await port.read(processCall('DescribePidFile', { pidFile: path.join(folder, name) }), never)).toEqual({});
  }
  expect(await port.read(processCall('DescribePidFile', { pidFile: path.join(folder, 'none') }), never)).toEqual({});
});

describe.runIf(process.platform === 'linux')('a thread', () => {
  /** Field 22, as the system tells it of a thread. */
  const startedAt = async (thread: number) => {
    const line = await readFile(`/proc/${thread}/stat`, 'latin1');
    return line.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  };
  const threadsOf = async (pid: number) =>
    (await readdir(`/proc/${pid}/task`)).map(Number).filter((thread) => thread !== pid);

  test.each([
    ['this program itself', () => Promise.resolve(process.pid)],
    ['its parent', () => Promise.resolve(process.ppid)],
    ['another process', async () => (await worker()).pid],
  ])('of %s is no process: a pid file that holds it names nothing, and it cannot be signalled', async (_, owner) => {
    const pid = await owner();
    await eventually(async () => (await threadsOf(pid)).length > 0);
    const [thread = 0] = await threadsOf(pid);
    const pidFile = path.join(await temporaryFolder(), 'thread.pid');
    await writeFile(pidFile, `${thread}\n`);
    expect(await port.read(processCall('DescribePidFile', { pidFile }), never)).toEqual({});
    expect(await codeOf(signal(thread, await startedAt(thread), 'SIGCONT'))).toBe('NoSuchProcess');
  });
});

test('a killed process counts as gone, and cannot be killed again', async () => {
  const { child, pid, startTime } = await worker();
  await signal(pid, startTime, 'SIGKILL');
  await once(child, 'exit');
  expect(await port.read(processCall('DescribeProcess', { pid, startTime }), never)).toEqual({});
  expect(await codeOf(signal(pid, startTime, 'SIGKILL'))).toBe('NoSuchProcess');
});

test('a process that only has the number of the one that is meant is not touched', async () => {
  const { child, pid } = await worker();
  expect(await codeOf(signal(pid, 'another time', 'SIGKILL'))).toBe('NoSuchProcess');
  expect(await port.read(processCall('DescribeProcess', { pid, startTime: 'another time' }), never)).toEqual({});
  expect(child.exitCode ?? child.signalCode).toBeNull();
});

test('this program, what it descends from, process 1 and groups of processes are never touched', async () => {
  for (const pid of [process.pid, process.ppid, 1]) {
    const startTime = (await startTimeOf(pid)) ?? '';
    expect(await codeOf(signal(pid, startTime, 'SIGCONT')), `pid ${pid}`).toBe('SAFETY_OWNERSHIP');
  }
  for (const pid of [0, -1, -process.pid, 1.5]) {
    expect(await codeOf(signal(pid, '', 'SIGCONT')), `pid ${pid}`).toBe('SAFETY_OWNERSHIP');
  }
});

test('a pid file of this program, what it descends from or process 1 is answered with why it may not be signalled', async () => {
  const pidFile = path.join(await temporaryFolder(), 'alien.pid');
  for (const pid of [process.pid, process.ppid, 1]) {
    await writeFile(pidFile, `${pid}`);
    const facts = await port.read(processCall('DescribePidFile', { pidFile }), never);
    expect(facts.process?.refusal?.code, `pid ${pid}`).toBe('SAFETY_OWNERSHIP');
  }
  const own = await worker();
  const facts = await port.read(processCall('DescribePidFile', { pidFile: own.pidFile }), never);
  expect(facts.process?.refusal).toBeUndefined();
});

test('a process is known by the base name of its program, never by its arguments', async () => {
  const forever = 'process.title = "worker --password=s3cret"; setInterval(() => {}, 1000); console.log(1)';
  const child = spawn(process.execPath, ['-e', forever, '--', '--password=s3cret'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  later(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  const pidFile = path.join(await temporaryFolder(), 'secretive.pid');
  await writeFile(pidFile, String(child.pid));
  const { process: facts } = await port.read(processCall('DescribePidFile', { pidFile }), never);
  expect(facts).toMatchObject({ pid: child.pid, program: path.basename(process.execPath) });
  expect(JSON.stringify(facts)).not.toContain('s3cret');
});

test('reading cannot signal', async () => {
  const { child, pid, startTime } = await worker();
  await expect(port.read(processCall('Signal', { pid, startTime, signal: 'SIGKILL' }), never)).rejects.toThrow(
    'writes',
  );
  expect(child.signalCode).toBeNull();
});

test('what is left of a dead process until its parent looks counts as gone', async () => {
  const parent = await runScript(`import { spawn } from 'node:child_process';
    console.log(spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' }).pid);
    setInterval(() => {}, 1_000);`);
  const [said] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(said);
  expect(await startTimeOf(pid)).toBeDefined();
  parent.kill('SIGSTOP');
  await eventually(async () => (await readProcessRow(parent.pid ?? 0))?.stopped === true);
  process.kill(pid, 'SIGKILL');
  await eventually(async () => (await startTimeOf(pid)) === undefined);
  expect(() => process.kill(pid, 0), 'it is still in the table').not.toThrow();
});
