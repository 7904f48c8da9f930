import { spawn } from 'node:child_process';
import { REAPER_SCRIPT } from '../../../kernel/reaper-script.ts';

/**
 * Kills the instances when this process dies, however it dies: a tiny shell of its own that holds the other end of a
 * pipe and the list of process groups. When the pipe ends, it kills every group still on the list, and what its instances
 * have let go into other groups.
 */
export interface Reaper {
  /** On the list when this returns. */
  add(group: number): void;
  /** Off the list soon: a group that has ended is nobody's yet. */
  remove(group: number): void;
  /** Ends it, and with it every group that is still on its list. */
  end(): void;
}

/**
 * The ends of a whole zone are told in one write, once its processes are gone: told one by one, they would keep a
 * processor from those that are still dying. Far shorter than a system takes to give a number again.
 */
const TOLD_AFTER_MS = 50;

export function startReaper(disks = ''): Reaper {
  const shell = spawn('/bin/sh', ['-c', REAPER_SCRIPT, 'sh', disks], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {},
  });
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.unref();
  let ended: number[] = [];
  const tell = () => {
    if (ended.length > 0) shell.stdin.write(ended.map((group) => `- ${group}\n`).join(''));
    ended = [];
  };
  return {
    add(group) {
      // Lines keep their order: a number that was given again is not taken off by the end of its first bearer.
      tell();
      shell.stdin.write(`+ ${group}\n`);
    },
    remove(group) {
      if (ended.push(group) === 1) setTimeout(tell, TOLD_AFTER_MS).unref();
    },
    end() {
      tell();
      shell.stdin.end();
    },
  };
}
