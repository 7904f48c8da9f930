import { spawn } from 'node:child_process';
import { REAPER_SCRIPT } from '../../../kernel/reaper-script.ts';

/**
 * Kills the instances when this process dies, however it dies: a tiny shell of its own that holds the other end of a
 * pipe and the list of process groups. When the pipe ends, it kills every group still on the list.
 */
export interface Reaper {
  add(group: number): void;
  remove(group: number): void;
  /** Ends it, and with it every group that is still on its list. */
  end(): void;
}

export function startReaper(): Reaper {
  const shell = spawn('/bin/sh', ['-c', REAPER_SCRIPT], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {},
  });
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.unref();
  return {
    add: (group) => void shell.stdin.write(`+ ${group}\n`),
    remove: (group) => void shell.stdin.write(`- ${group}\n`),
    end: () => void shell.stdin.end(),
  };
}
