import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { catalog } from '../../src/catalog/index.ts';
import { initProject } from '../../src/cli/init.ts';
import { blueprintText } from '../../src/cli/init-blueprint.ts';
import { type Choices, LOSSES, type Loss, ZONES_MAX } from '../../src/cli/init-choices.ts';
import { experimentText } from '../../src/cli/init-experiment.ts';
import { askChoices, type Given } from '../../src/cli/init-questions.ts';
import { parseBlueprint } from '../../src/experiment/blueprint.ts';
import { loadExperiment } from '../../src/experiment/load.ts';
import { openSource } from '../../src/experiment/source.ts';
import { ChaosError } from '../../src/kernel/errors.ts';
import { makeHome, runCli } from '../support/run-cli.ts';

const { home, remove } = makeHome();
afterAll(remove);
const losses = Object.keys(LOSSES) as Loss[];
const PLACES = { folder: '/w/demo', from: '/w' };

/** Every problem that validation finds in the two files of these choices. */
async function problemsOf(choices: Choices) {
  const blueprint = blueprintText(choices, PLACES);
  const input = { file: '/w/demo/lose.yaml', text: experimentText(choices) };
  const reading = { ...input, catalog, set: {}, env: {}, accounts: {}, readText: async () => blueprint };
  const { problems } = await loadExperiment(reading, openSource(input.file, input.text));
  return [...problems, ...parseBlueprint({ file: '/w/demo/region.yaml', text: blueprint }).problems];
}

describe('what is written', () => {
  const systems = [{}, { command: 'python3 -m http.server $PORT' }, { command: 'true', page: '/a?b=c&d="e"' }];
  const combinations = losses.flatMap((lose) =>
    Array.from({ length: ZONES_MAX }, (_, k) => k + 1).flatMap((zones) =>
      systems.map((system) => ({ lose, zones, page: '/', ...system })),
    ),
  );

  test('has no problem, whatever was chosen', async () => {
    for (const choices of combinations) expect(await problemsOf(choices), JSON.stringify(choices)).toEqual([]);
  });

  test('fits an editor, and names the schemas beside it', () => {
    for (const choices of combinations) {
      const [experiment, blueprint] = [experimentText(choices), blueprintText(choices, PLACES)];
      expect(experiment.split('\n')[0]).toBe('# yaml-language-server: $schema=./experiment.schema.json');
      expect(blueprint.split('\n')[0]).toBe('# yaml-language-server: $schema=./blueprint.schema.json');
      expect(Math.max(...`${experiment}${blueprint}`.split('\n').map((line) => line.length))).toBeLessThan(160);
    }
  });

  test('runs the command as it was given, in the folder in which it was given', async () => {
    const words = fc.array(fc.stringMatching(/^(\.\.?\/)?[\w./:,=-]{1,8}$/), { minLength: 1, maxLength: 4 });
    const line = fc.oneof(
      fc.string({ minLength: 1, unit: 'grapheme' }),
      words.map((all) => all.join(' ')),
    );
    await fc.assert(
      fc.asyncProperty(line, async (command) => {
        fc.pre(command.trim() !== '');
        const choices: Choices = { lose: 'zone', zones: 2, page: '/', command };
        expect(await problemsOf(choices)).toEqual([]);
        const { blueprint } = parseBlueprint({ file: '/w/demo/region.yaml', text: blueprintText(choices, PLACES) });
        const [group] = blueprint?.instances ?? [];
        expect(group?.cwd).toBe('/w');
        const [program, option, script] = group?.command ?? [];
        if (program === 'sh' && option === '-c') expect([command.trim(), `exec ${command.trim()}`]).toContain(script);
        else
          expect(group?.command).toEqual(
            command
              .trim()
              .split(/\s+/)
              .map((word) => (/^\.\.?\//.test(word) ? path.resolve('/w', word) : word)),
          );
      }),
      { seed: 20_261_121, numRuns: 300 },
    );
  });

  test('hands the process over to a single command, and leaves a longer line to the shell', () => {
    const commandOf = (command: string) =>
      parseBlueprint({
        file: '/w/demo/region.yaml',
        text: blueprintText({ lose: 'zone', zones: 1, page: '/', command }, PLACES),
      }).blueprint?.instances[0]?.command;
    expect(commandOf('python3 -m http.server')).toEqual(['python3', '-m', 'http.server']);
    expect(commandOf('python3 -m http.server ${PORT}')).toEqual(['sh', '-c', 'exec python3 -m http.server ${PORT}']);
    expect(commandOf("node -e 'a'")).toEqual(['sh', '-c', "exec node -e 'a'"]);
    expect(commandOf('cd app && npm start')).toEqual(['sh', '-c', 'cd app && npm start']);
    expect(commandOf('MODE=a node b.js')).toEqual(['sh', '-c', 'MODE=a node b.js']);
  });
});

describe('a folder', () => {
  const choices: Choices = { lose: 'zone', zones: 3, page: '/' };
  const init = (folder: string, more: Partial<Choices> = {}, force = false) =>
    initProject(folder, { ...choices, ...more }, { force, from: home });
  const textOf = (file: string) => readFileSync(path.join(home, file), 'utf8');
  const problemOf = async (attempt: Promise<unknown>) => {
    const error = await attempt.catch((thrown: unknown) => thrown);
    if (!(error instanceof ChaosError)) throw error;
    return error.problems[0];
  };

  test('that holds the same already is left as it is, and takes a further experiment', async () => {
    await init('twice');
    const { files } = await init('twice', { lose: 'record' });
    expect(files.filter(({ done }) => done === 'written')).toEqual([
      { file: expect.stringContaining('lose-record.yaml'), done: 'written' },
    ]);
    expect((await init('twice')).files.every(({ done }) => done === 'there already')).toBe(true);
  });

  test('that holds another file keeps it and gets nothing, unless it is to be overwritten, which is said', async () => {
    mkdirSync(path.join(home, 'mine'));
    writeFileSync(path.join(home, 'mine/region.yaml'), 'mine\n');
    expect(await problemOf(init('mine'))).toMatchObject({
      code: 'INIT_EXISTS',
      what: expect.stringContaining('mine/region.yaml'),
      fix: expect.stringContaining('--force'),
    });
    expect(readdirSync(path.join(home, 'mine'))).toEqual(['region.yaml']);
    expect(textOf('mine/region.yaml')).toBe('mine\n');
    const { files } = await init('mine', {}, true);
    expect(files.filter(({ done }) => done === 'overwritten').map(({ file }) => path.basename(file))).toEqual([
      'region.yaml',
    ]);
    expect(textOf('mine/region.yaml')).toContain('zones: [use1-az1, use1-az2, use1-az3]');
    expect(readdirSync(path.join(home, 'mine')).filter((name) => /[0-9a-f]{8}-/.test(name))).toEqual([]);
  });

  test('is never written through a link, not even by force', async () => {
    mkdirSync(path.join(home, 'linked'));
    writeFileSync(path.join(home, 'elsewhere'), 'precious');
    symlinkSync(path.join(home, 'elsewhere'), path.join(home, 'linked/region.yaml'));
    expect(await problemOf(init('linked', {}, true))).toMatchObject({ code: 'INIT_EXISTS' });
    expect(textOf('elsewhere')).toBe('precious');
    expect(readdirSync(path.join(home, 'linked'))).toEqual(['region.yaml']);
  });

  test('that cannot be written is said to be so, and nothing is left', async () => {
    writeFileSync(path.join(home, 'file'), '');
    expect(await problemOf(init('file/below'))).toMatchObject({ code: 'INIT_WRITE' });
    // The folder of the shop is a file: what was written before it is taken away again.
    mkdirSync(path.join(home, 'half'));
    writeFileSync(path.join(home, 'half/shop'), '');
    expect(await problemOf(init('half'))).toMatchObject({ code: 'INIT_WRITE' });
    expect(readdirSync(path.join(home, 'half'))).toEqual(['shop']);
    writeFileSync(path.join(home, 'half/region.yaml'), 'mine\n');
    expect(await problemOf(init('half', {}, true))).toMatchObject({ code: 'INIT_WRITE' });
    expect(readdirSync(path.join(home, 'half'))).toEqual(['region.yaml', 'shop']);
    expect(textOf('half/region.yaml')).toBe('mine\n');
  });

  test.each([{ command: ' ' }, { page: 'healthz' }, { page: '/a b' }, { page: '/${x}' }])(
    'is not written for what cannot be meant: %j',
    async (wrong) => {
      expect(await problemOf(init('wrong', wrong))).toMatchObject({ code: 'CLI_USAGE' });
      expect(existsSync(path.join(home, 'wrong'))).toBe(false);
    },
  );
});

describe('questions', () => {
  /** Asks, with this typed beforehand; the input ends behind it unless it stays open. */
  const answers = async (typed: string, given: Given = {}, { isTerminal = false, ends = true } = {}) => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    let shown = '';
    output.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
    });
    const asked = askChoices(given, { input, output, isTerminal });
    input.write(typed);
    if (ends) input.end();
    return { choices: await asked, shown };
  };

  test('an empty answer is the default', async () => {
    expect((await answers('\n\n\n')).choices).toEqual({ lose: 'zone', zones: 3, page: '/' });
  });

  test('a loss is chosen by name or number; what means nothing is asked again', async () => {
    const { choices, shown } = await answers('5\n2\nseven\n4\nnode a.js\nb\n/b\n');
    expect(choices).toEqual({ lose: 'instance', zones: 4, command: 'node a.js', page: '/b' });
    expect(shown).toContain('type a number from 1 to 6');
    expect((await answers('record\n1\n\n')).choices).toMatchObject({ lose: 'record', zones: 1 });
  });

  test('what was given is not asked', async () => {
    const given: Given = { lose: 'record', zones: 2, command: 'x' };
    const { choices, shown } = await answers('/p\n', given);
    expect(choices).toEqual({ ...given, page: '/p' });
    expect(shown).not.toContain('What goes wrong?');
  });

  test('Ctrl-C and the end of the input end them', async () => {
    expect((await answers('1\n\u0003', {}, { isTerminal: true, ends: false })).choices).toBeUndefined();
    expect((await answers('1\n', {})).choices).toBeUndefined();
  });
});

describe('the command', () => {
  test('asks nobody where there is no terminal, and says what it took by default', async () => {
    const { code, stdout, stderr } = await runCli(['init', '日 本', '--zones', '2'], { home, cwd: home });
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'by default: --lose zone, the shop that comes with chaos (no --command)\n',
    });
    expect(stdout).toContain("to run it: chaos run '日 本/lose-zone.yaml'");
    expect(stdout).toContain('It will not hold (exit code 3)');
    const validation = await runCli(['validate', '日 本'], { home, cwd: home });
    expect(validation).toMatchObject({ code: 0, stdout: '1 experiment and 1 blueprint valid\n' });
  });

  test('exits 2 for a file in the way, and prints what it did as JSON', async () => {
    const first = await runCli(['init', 'again', '--json'], { home, cwd: home });
    expect(JSON.parse(first.stdout)).toMatchObject({
      v: 1,
      exitCode: 0,
      experiment: 'again/lose-zone.yaml',
      blueprint: 'again/region.yaml',
      choices: { lose: 'zone', zones: 3 },
      falls: null,
    });
    const second = await runCli(['init', 'again', '--zones', '4', '--json'], { home, cwd: home });
    expect(second.code).toBe(2);
    expect(JSON.parse(second.stdout)).toMatchObject({ problems: [{ code: 'INIT_EXISTS' }] });
  });
});
