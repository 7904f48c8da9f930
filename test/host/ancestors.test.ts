import { once } from 'node:events';
import path from 'node:path';
import { expect, test } from 'vitest';
import { startTimeOf } from '../../src/host/process-table.ts';
import { runScript } from './support.ts';

/** Starts itself again, and again, and then signals its great-grandparent, which is the process of this test. */
const descend = (pid: number, startTime: string) => `
  import { spawn } from 'node:child_process';
  import { signalProcess } from ${JSON.stringify(path.resolve('src/host/process.ts'))};
  const depth = Number(process.argv[2] ?? 0);
  if (depth < 2) spawn(process.execPath, [process.argv[1], String(depth + 1)], { stdio: 'inherit' });
  else {
    signalProcess({ pid: ${pid}, startTime: ${JSON.stringify(startTime)}, signal: 'SIGCONT' }).then(
      () => console.log('done'),
      (error) => console.log(error.code, error.message),
    );
  }
`;

test('a process is refused however many generations above this program it stands', async () => {
  const child = await runScript(descend(process.pid, (await startTimeOf(process.pid)) ?? ''));
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  expect(String(said)).toContain('SAFETY_OWNERSHIP');
  expect(String(said)).toContain('is an ancestor of this program');
});
