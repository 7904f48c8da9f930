import { OBSERVATION_MAX_MS } from '../kernel/bounds.ts';
import { defineProbe } from '../kernel/define.ts';
import { listOf, mapOf, text } from '../kernel/schema.ts';

/** A program of the author's own that observes something. */
export const command = defineProbe({
  id: 'command',
  summary: 'Run a program; it succeeds when it exits with 0.',
  details:
    'For what no other probe can see. The program gets an environment of its own: PATH, what "env" hands to it, and ' +
    'the endpoint of the account. It is ended, with its children, when its time is over.',
  params: {
    command: listOf(text({ doc: 'Program or argument.' }), { doc: 'Program and arguments.', min: 1 }),
    cwd: text({ doc: 'Folder to run in. Default: the current one.' }).optional(),
    env: mapOf(text({ doc: 'Value of the variable.' }), { doc: 'Variables to hand to it.' }).default({}),
  },
  output: {
    exitCode: { type: 'number', doc: 'Exit code; absent when a signal ended it or it could not be started.' },
    stdout: { type: 'text', doc: 'What it wrote to standard output, without the line break at the end.' },
  },
  example: `
- name: the queue is short
  probe: command
  with: { command: [node, check-queue.js], timeout: 5s }
`,

  async observe({ command: argv, cwd, env }, host, signal) {
    const request = { command: argv, env, ...(cwd !== undefined && { cwd }), timeoutMs: OBSERVATION_MAX_MS };
    const { exitCode, stdout, error } = await host.exec(request, signal);
    const output = { ...(exitCode !== undefined && { exitCode }), stdout: stdout.trimEnd() };
    if (exitCode === 0) return { ok: true, output };
    return { ok: false, error: error ?? `EXIT ${exitCode ?? 'BY SIGNAL'}`, output };
  },
});
