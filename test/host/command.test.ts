import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { runCommand } from '../../src/host/command.ts';
import { CallError } from '../../src/kernel/errors.ts';
import { never, temporaryFolder } from './support.ts';

const failureOf = (command: readonly string[], cwd?: string) =>
  runCommand({ service: 'command', operation: 'Run', input: { command, cwd, timeoutMs: 10_000 } }, {}, never).then(
    () => undefined,
    (error: unknown) => (error instanceof CallError ? error : undefined),
  );

test('a program that is not there is told by its name, with what helps, and has surely done nothing', async () => {
  expect(await failureOf(['no-such-program', 'now'])).toMatchObject({
    code: 'HOST_TOOL',
    message: 'program "no-such-program" was not found; install it, or write its full path',
    ambiguous: false,
  });
});

test('a folder that is not there is not taken for a missing program', async () => {
  const cwd = path.join(await temporaryFolder(), 'none');
  expect(await failureOf(['true'], cwd)).toMatchObject({
    code: 'HOST_TOOL',
    message: `its folder "${cwd}" was not found; make it, or write another "cwd"`,
  });
});

test('a file that may not be executed is said to be just that', async () => {
  const file = path.join(await temporaryFolder(), 'my script');
  await writeFile(file, '#!/bin/sh\n');
  expect((await failureOf([file]))?.message).toBe(`program "${file}" may not be executed; run: chmod +x '${file}'`);
  await chmod(file, 0o700);
  expect(await failureOf([file])).toBeUndefined();
});

test('a program that fails is told with its code and its last words, and may have done something', async () => {
  expect(await failureOf(['/bin/sh', '-c', 'echo one >&2; echo two >&2; exit 5'])).toMatchObject({
    code: 'CommandFailed',
    message: `"/bin/sh -c 'echo one >&2; echo two >&2; exit 5'" exited with 5: two`,
    ambiguous: true,
  });
});
