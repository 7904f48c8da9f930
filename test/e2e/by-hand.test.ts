import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeHome, runCli } from '../support/run-cli.ts';

const EXPERIMENT = `
version: 1
title: A file of the author's comes and does not go
account: host
parameters:
  file: { type: string }
steadyStateHypothesis:
  title: Programs can be run
  baseline: 1s
  probes:
    - name: nothing fails
      probe: command
      with: { command: ['true'], rate: 5/s }
      tolerance: { success: { atLeast: 20% } }
method:
  - name: the author's file
    command: [touch, '\${file}']
    undo: ['false']
    for: 1s
`;

test('a run whose undo fails keeps the machine until it is said to be restored by hand, and then gives it back', async () => {
  const { home, remove } = makeHome();
  onTestFinished(remove);
  const [experiment, marker] = [path.join(home, 'experiment.yaml'), path.join(home, 'marker')];
  writeFileSync(experiment, EXPERIMENT);
  const chaos = (...args: string[]) => runCli(args, { home, env: { XDG_RUNTIME_DIR: home } });
  const run = () => chaos('run', experiment, '--yes', '--set', `file=${marker}`);
  const broken = await run();
  expect(broken.code, broken.stdout + broken.stderr).toBe(7);
  const [id = ''] = readdirSync(path.join(home, 'runs'));
  const refused = await run();
  expect(refused.code, refused.stdout + refused.stderr).toBe(8);
  expect((refused.stdout + refused.stderr).replaceAll(/\s+/g, ' ')).toContain(
    `chaos recover ${id} --restored-by-hand"`,
  );
  rmSync(marker);
  const note = path.join(home, 'chaos/holder.json');
  expect(existsSync(note)).toBe(true);
  const closed = await chaos('recover', id, '--restored-by-hand');
  expect(closed.code, closed.stderr).toBe(0);
  expect(closed.stdout).toContain(`restored by hand, as ${userInfo().username} says`);
  expect((await chaos('status')).code).toBe(0);
  expect((await chaos('journal', 'list')).stdout).toMatch(new RegExp(`${id} +dirty`));
  expect(existsSync(note), 'the machine is given back').toBe(false);
}, 90_000);
