import { type ChildProcess, spawn } from 'node:child_process';
import { REAPER_SCRIPT } from '../kernel/reaper-script.ts';

let shell: ChildProcess | undefined;

/** From now until the returned function is called, the death of this process, however it dies, ends that group. */
export function endWithUs(group: number): () => void {
  shell ??= startShell();
  shell.stdin?.write(`+ ${group}\n`);
  return () => void shell?.stdin?.write(`- ${group}\n`);
}

/** One for all programs that this process starts. It keeps neither this process nor its event loop alive. */
function startShell(): ChildProcess {
  const started = spawn('/bin/sh', ['-c', REAPER_SCRIPT], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {},
  });
  started.on('error', () => {});
  started.stdin.on('error', () => {});
  started.unref();
  (started.stdin as unknown as { unref(): void }).unref();
  return started;
}
