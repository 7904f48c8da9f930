import { readFile, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { exec } from '../../src/host/exec.ts';
import { startTimeOf } from '../../src/host/process-table.ts';
import { eventually, never, runScript, temporaryFolder } from './support.ts';

const run = (code: string, more: object = {}, signal = never) =>
  exec({ command: [process.execPath, '-e', code], timeoutMs: 10_000, ...more }, signal);

afterEach(() => {
  delete process.env.CHAOS_TEST_SECRET;
});

test('a program inherits nothing but where programs are; AWS clients in it find no account', async () => {
  process.env.CHAOS_TEST_SECRET = 'a secret';
  const { stdout, exitCode } = await run('console.log(JSON.stringify(process.env))', { env: { GIVEN: 'yes' } });
  expect(exitCode).toBe(0);
  const { PATH: _path, TMPDIR: _folder, ...rest } = JSON.parse(stdout) as Record<string, string>;
  expect(rest).toEqual({
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    GIVEN: 'yes',
  });
});

test('exit code, both outputs and the folder are its own', async () => {
  const cwd = await realpath(await temporaryFolder());
  const answer = await run('console.log(process.cwd()); console.error("no"); process.exitCode = 7', { cwd });
  expect(answer).toEqual({ exitCode: 7, stdout: `${cwd}\n`, stderr: 'no\n' });
});

test('output beyond 64 KiB is dropped, and the program is not held up by it', async () => {
  const { stdout, exitCode } = await run('process.stdout.write("x".repeat(3_000_000))');
  expect(exitCode).toBe(0);
  expect(stdout.length).toBe(65_536);
});

test('of errors beyond 64 KiB the whole lines are kept: half of a secret could not be told from other words', async () => {
  const long = (lines: string) => run(`process.stderr.write(${lines})`);
  const { stderr } = await long("'first line\\n' + 'x'.repeat(65_000) + '\\n' + 'half-of-a-s3cret'.repeat(1_000)");
  expect(stderr).toBe(`first line\n${'x'.repeat(65_000)}\n`);
  expect((await long("'half-of-a-s3cret'.repeat(5_000)")).stderr).toBe('');
  expect((await long("'x'.repeat(65_535) + '\\n'")).stderr).toHaveLength(65_536);
});

test('a program that does not exist is an answer, not an exception', async () => {
  const answer = await exec({ command: ['/no/such/program'], timeoutMs: 1_000 }, never);
  expect(answer).toEqual({ stdout: '', stderr: '', error: 'ENOENT' });
});

test('a program that may not be executed is an answer, and one that ends as a shell would keeps its own exit code', async () => {
  const file = path.join(await temporaryFolder(), 'plain.txt');
  await writeFile(file, '', { mode: 0o644 });
  expect(await exec({ command: [file], timeoutMs: 1_000 }, never)).toEqual({ stdout: '', stderr: '', error: 'EACCES' });
  expect(await run('console.error("mine"); process.exit(127)')).toEqual({
    exitCode: 127,
    stdout: '',
    stderr: 'mine\n',
  });
});

test('when its time is over it is ended together with its children, even those that ignore SIGTERM', async () => {
  const child = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)`;
  const code = `const { spawn } = require('node:child_process');
    const child = spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' });
    console.log(child.pid); process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)`;
  const { stdout, exitCode, error } = await run(code, { timeoutMs: 500 });
  expect({ exitCode, error }).toEqual({ exitCode: undefined, error: 'TIMEOUT' });
  expect(Number(stdout)).toBeGreaterThan(1);
  await eventually(async () => (await startTimeOf(Number(stdout))) === undefined);
});

test('an abort ends it at once', async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 100);
  const startedMs = performance.now();
  const { error } = await run('setInterval(() => {}, 1000)', {}, controller.signal);
  expect(error).toBe('ABORTED');
  expect(performance.now() - startedMs).toBeLessThan(3_000);
});

test('a child that goes on in the background does not keep the answer waiting', async () => {
  const code = `const { spawn } = require('node:child_process');
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 3000)'], { stdio: 'inherit', detached: true });
    child.unref(); console.log('started'); process.exit(0)`;
  const startedMs = performance.now();
  expect(await run(code)).toEqual({ exitCode: 0, stdout: 'started\n', stderr: '' });
  expect(performance.now() - startedMs).toBeLessThan(2_500);
});

test('a program does not outlive a caller that is killed', async () => {
  const pidFile = path.join(await temporaryFolder(), 'pid');
  const caller = await runScript(`
    import { exec } from './src/host/exec.ts';
    await exec({ command: ['/bin/sh', '-c', 'echo $$ > ${pidFile}; sleep 60'], timeoutMs: 60_000 }, new AbortController().signal);
  `);
  const pidOf = async () => Number(await readFile(pidFile, 'utf8').catch(() => ''));
  await eventually(async () => (await pidOf()) > 0, 20_000);
  const pid = await pidOf();
  expect(await startTimeOf(pid)).toBeDefined();
  caller.kill('SIGKILL');
  await eventually(async () => (await startTimeOf(pid)) === undefined);
});
