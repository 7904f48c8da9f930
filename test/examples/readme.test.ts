import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseConfig } from '../../src/experiment/config.ts';
import { makeHome, processesOf, runCli, until } from '../support/run-cli.ts';
import { read, root } from '../support/sources.ts';

const run = promisify(execFile);
const readme = read('README.md');

/** The blocks of a language, with the marker comment that stands directly before each, if any. */
const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`(?:<!-- ([a-z ]+) -->\\n)?\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    (match) => ({
      marker: match[1],
      text: match[2] ?? '',
    }),
  );

/** A folder that looks like a clone to a shell, in which a step may leave files. */
const { home, remove } = makeHome();
const clone = path.join(home, 'clone');
beforeAll(() => {
  mkdirSync(clone);
  for (const name of ['experiments', 'node_modules', 'dist', 'src'])
    symlinkSync(path.join(root, name), path.join(clone, name));
  for (const name of ['bin', 'scripts', 'package.json', 'package-lock.json', 'oclif.manifest.json'])
    cpSync(path.join(root, name), path.join(clone, name), { recursive: true });
});
afterAll(async () => {
  // What a test that failed midway has kept: in its home, and in the clone, where the README's own lines keep it.
  for (const kept of [home, path.join(clone, '.chaos')]) {
    await runCli(['region', 'down', '--all', '--force'], { home: kept });
  }
  remove();
});

const shell = (script: string) =>
  run('bash', ['-eo', 'pipefail', '-c', script], {
    cwd: clone,
    env: { PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`, HOME: home, NO_COLOR: '1' },
    maxBuffer: 16 * 1024 * 1024,
  });

describe('the README', () => {
  test('names the two commands', () => {
    const commands = blocks('sh').map(({ text }) => text.trim());
    expect(commands).toContain('npm ci && npx chaos run experiments/az-outage.yaml');
    expect(commands).toContain('npm ci && npm test');
  });

  test('shows an experiment that is valid', async () => {
    const experiments = blocks('yaml').filter(({ text }) => text.includes('steadyStateHypothesis:'));
    expect(experiments.length).toBeGreaterThan(0);
    for (const { text } of experiments) {
      const file = path.join(root, 'experiments', `.readme-${process.pid}.yaml`);
      const { code, stderr } = await runCli(['validate', '-'], {
        home,
        cwd: path.join(root, 'experiments'),
        stdin: text,
      });
      expect(code, `${file}\n${stderr}`).toBe(0);
    }
  });

  test('shows what the main job prints, in its shape', () => {
    const shown = /<!-- output -->\n```\w*\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
    expect(shown).toContain('HELD (exit code 0)');
    expect(shown).toContain('The shop survives the loss of one availability zone');
    expect(shown).toMatch(/checkout\n\s+before held\s+\d+ of \d+/);
    expect(shown).toMatch(/az\.power-loss on use1-az1/);
    expect(shown).toContain('Every target is restored.');
  });

  test('shows a configuration that is valid', () => {
    const text = blocks('yaml').find(({ marker }) => marker === 'config')?.text ?? '';
    expect(parseConfig({ file: 'chaos.config.yaml', text })).toMatchObject({
      config: { accounts: { emulator: { kind: 'endpoint' } } },
      problems: [],
    });
  });

  test('shows a blueprint of ten lines that serves', async () => {
    const blueprint = blocks('yaml').find(({ marker }) => marker === 'blueprint')?.text ?? '';
    expect(blueprint.trim().split('\n').length).toBeLessThanOrEqual(12);
    const folder = path.join(home, 'mine');
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'my-region.yaml'), blueprint);
    writeFileSync(
      path.join(folder, 'my-service.js'),
      "require('node:http').createServer((_, r) => r.end('mine')).listen(process.env.PORT);\n",
    );
    const up = await runCli(['region', 'up', path.join(folder, 'my-region.yaml'), '--name', 'mine', '--json'], {
      home,
    });
    expect(up.code, up.stderr).toBe(0);
    const { loadBalancers } = JSON.parse(up.stdout) as { loadBalancers: { url: string }[] };
    const { stdout } = await run('curl', ['-s', loadBalancers[0]?.url ?? '']).catch(() =>
      shell(`node -e "require('node:http').get('${loadBalancers[0]?.url}', (r) => r.pipe(process.stdout))"`),
    );
    expect(stdout).toBe('mine');
    expect((await runCli(['region', 'down', 'mine'], { home })).code).toBe(0);
    await until('no process is left', 5_000, () => processesOf(folder).length === 0);
  }, 60_000);

  test('shows shell lines that run', async () => {
    const script =
      blocks('sh')
        .map(({ text }) => text)
        .find((text) => text.includes('region up')) ?? '';
    const { stdout, stderr } = await shell(script);
    expect(stdout + stderr).toContain('HELD (exit code 0)');
    await until('no process is left', 5_000, () => processesOf(clone).length === 0);
  }, 120_000);

  test('shows a pipeline whose steps run', async () => {
    const pipeline = parse(blocks('yaml').find(({ marker }) => marker === 'pipeline')?.text ?? '') as {
      jobs: Record<string, { steps: { run?: string; uses?: string }[] }>;
    };
    const steps = Object.values(pipeline.jobs).flatMap((job) => job.steps.flatMap(({ run: script }) => script ?? []));
    expect(steps[0]).toBe('npm ci');
    expect(steps.length).toBeGreaterThan(2);
    for (const script of steps.slice(1)) await shell(script);
    expect(readFileSync(path.join(clone, 'chaos.xml'), 'utf8')).toContain('<testsuite');
    const events = readFileSync(path.join(clone, 'chaos.ndjson'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.at(-1)).toMatchObject({ type: 'run-ended', outcome: 'held' });
  }, 120_000);
});
