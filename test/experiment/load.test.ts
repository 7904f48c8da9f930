import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { catalog } from '../../src/catalog/index.ts';
import { loadExperiment } from '../../src/experiment/load.ts';
import { renderProblems } from '../../src/kernel/render-problem.ts';
import { filesBelow, root } from '../support/sources.ts';
import { smallCatalog } from './small-catalog.ts';
import { DESIGN, REGION } from './texts.ts';

type Input = Parameters<typeof loadExperiment>[0];

const load = (text: string | Uint8Array, more: Partial<Input> = {}) =>
  loadExperiment({
    file: '/x/a.yaml',
    text,
    catalog: smallCatalog,
    set: {},
    env: {},
    readText: async () => REGION,
    ...more,
  });

async function sound(text: string, more: Partial<Input> = {}) {
  const { experiment, problems } = await load(text, more);
  expect(renderProblems(problems)).toBe('');
  if (!experiment) throw new Error('no experiment');
  return experiment;
}

/** The experiment of the design with another method, other parameters, or other top-level keys. */
const withMethod = (steps: string) => `${DESIGN.slice(0, DESIGN.indexOf('method:'))}method:\n${steps}`;
const withTop = (lines: string) => `${lines}\n${DESIGN}`;

describe('an experiment', () => {
  test('has every default filled in and every unit converted', async () => {
    const experiment = await sound(DESIGN);
    expect(experiment).toMatchObject({
      file: '/x/a.yaml',
      account: 'embedded',
      parameters: { zone: 'use1-az1' },
      blastRadius: { zones: 1, targets: 4 },
      allowPermanent: false,
      rollbacks: [],
      blueprint: { title: 'A region', zones: [{ id: 'use1-az1', name: 'us-east-1a' }, { id: 'use1-az2' }] },
    });
    expect(experiment.hypothesis).toMatchObject({ title: 'Shoppers can check out', recoverWithinMs: 20_000 });
    expect(experiment.digest).toBe(createHash('sha256').update(DESIGN).digest('hex'));
  });

  test('hands a probe its own parameters; rate and timeout stay with the engine', async () => {
    const [checkout, name] = (await sound(DESIGN)).hypothesis.probes;
    expect(checkout).toMatchObject({
      name: 'checkout',
      with: { url: 'http://shop.example/checkout', method: 'GET', headers: {} },
      ratePerSecond: 50,
      timeoutMs: 1_000,
      tolerance: { successAtLeast: 0.99, latency: [{ quantile: 0.99, belowMs: 500 }], fields: [] },
      during: { successAtLeast: 0.9, latency: [], fields: [] },
      place: { line: 12, column: 13 },
    });
    expect(Object.keys(checkout?.with ?? {}).sort()).toEqual(['headers', 'method', 'url']);
    expect(name).toMatchObject({
      ratePerSecond: 2,
      timeoutMs: 2_000,
      tolerance: { latency: [], fields: [{ field: 'answers', atLeast: 1 }] },
    });
    expect(name).not.toHaveProperty('during');
  });

  test('asks http ten times a second unless told otherwise', async () => {
    const [gone] = (await sound(DESIGN)).stopConditions;
    expect(gone).toMatchObject({ probe: 'http', ratePerSecond: 10, timeoutMs: 2_000 });
  });

  test('measures the phases that it gives no length for as long as its claims need', async () => {
    expect((await sound(DESIGN)).hypothesis).toMatchObject({ baselineMs: 6_000, stayMs: 6_000 });
    const modest = DESIGN.replace('atLeast: 99%', 'atLeast: 90%').replace('p99', 'p90');
    expect((await sound(modest)).hypothesis).toMatchObject({ baselineMs: 5_000, stayMs: 3_000 });
    const stated = DESIGN.replace('  recoverWithin', '  baseline: 7s\n  stay: 8s\n  recoverWithin');
    expect((await sound(stated)).hypothesis).toMatchObject({ baselineMs: 7_000, stayMs: 8_000 });
  });

  test('may touch one target in one zone when it does not say', async () => {
    const text = DESIGN.replace(/^blastRadius.*$/m, '');
    expect((await sound(text)).blastRadius).toEqual({ targets: 1, zones: 1 });
  });

  test('may keep anchors under keys that begin with x-', async () => {
    const text = withMethod('  - <<: *dark\n    name: dark\n').replace(
      'version: 1',
      'version: 1\nx-dark: &dark { fault: az.power-loss, select: { zone: use1-az2 }, for: 30s }',
    );
    expect((await sound(text)).method).toMatchObject([{ name: 'dark', select: { zone: 'use1-az2' }, forMs: 30_000 }]);
  });
});

describe('a method', () => {
  test('has four kinds of steps; each gets a name that no other has', async () => {
    const { method } = await sound(
      withMethod(`
  - { fault: aws.ec2.stop-instances, select: { tag: { tier: web }, count: 1 }, with: { grace: 30s }, for: 20s, after: 1s }
  - wait: 10s
  - parallel:
      - wait: 10s
      - { fault: aws.ec2.stop-instances, via: api }
  - { command: [sh, -c, "echo $\${HOME}"], undo: [true.sh], cwd: sub, env: { N: 1, B: true }, timeout: 5s, for: 1s }
  - { command: [rm, x], permanent: true }
`),
    );
    expect(method.map(({ kind, name }) => `${kind}: ${name}`)).toEqual([
      'fault: aws.ec2.stop-instances',
      'wait: wait 10s',
      'parallel: parallel',
      'command: sh -c echo ${HOME}',
      'command: rm x',
    ]);
    expect(method[0]).toMatchObject({
      select: { tag: { tier: 'web' } },
      take: { count: 1, choose: 'first' },
      with: { grace: 30_000, force: false },
      forMs: 20_000,
      afterMs: 1_000,
    });
    expect(method[0]).toHaveProperty('select', { tag: { tier: 'web' } });
    expect(method[2]).toMatchObject({ steps: [{ name: 'wait 10s (2)' }, { name: 'aws.ec2.stop-instances (2)' }] });
    expect(method[3]).toMatchObject({
      command: ['sh', '-c', 'echo ${HOME}'],
      undo: ['true.sh'],
      permanent: false,
      cwd: '/x/sub',
      env: { N: '1', B: 'true' },
      timeoutMs: 5_000,
      forMs: 1_000,
    });
    expect(method[4]).toMatchObject({ permanent: true, cwd: '/x', timeoutMs: 60_000 });
  });

  test('may list programs to run at the end', async () => {
    const text = withTop('rollbacks: [{ command: [tidy] }, { name: last, command: [tidy] }]').replace(/^#.*$/m, '');
    expect((await sound(text)).rollbacks).toMatchObject([
      { kind: 'command', name: 'tidy', command: ['tidy'], cwd: '/x' },
      { name: 'last' },
    ]);
  });

  test('selects by what the means of the account can select', async () => {
    const text = withMethod('  - { fault: host.kill-process, select: { id: a }, for: 30s }\n');
    expect((await sound(text, { account: 'host' })).method).toMatchObject([{ select: { id: 'a' } }]);
    const dark = withMethod('  - { fault: az.power-loss, select: { zone: a }, for: 30s }\n');
    expect((await load(dark, { account: 'host' })).problems).toMatchObject([{ code: 'SPEC_MEANS' }]);
  });
});

describe('parameters', () => {
  const typed = (type: string, value: string) =>
    withMethod('  - { fault: aws.ec2.stop-instances, with: { force: ${p} }, for: 30s }\n').replace(
      'parameters:',
      `parameters:\n  p: { type: ${type}, default: ${value} }`,
    );
  const forced = async (text: string, more: Partial<Input> = {}) => {
    const [step] = (await sound(text, more)).method;
    return step?.kind === 'fault' ? step.with.force : undefined;
  };

  test('a value that is exactly a reference takes the type of the parameter', async () => {
    expect(await forced(typed('boolean', 'true'))).toBe(true);
    expect(await forced(typed('boolean', 'false'), { set: { p: 'true' } })).toBe(true);
    expect((await load(typed('string', '"true"'))).problems).toMatchObject([{ code: 'SPEC_TYPE' }]);
  });

  test('--set outranks the account, and the account outranks the default', async () => {
    const zone = async (more: Partial<Input>) => (await sound(DESIGN, more)).parameters.zone;
    const accountParameters = { zone: 'of the account' };
    expect(await zone({})).toBe('use1-az1');
    expect(await zone({ accountParameters })).toBe('of the account');
    expect(await zone({ accountParameters, set: { zone: 'set' } })).toBe('set');
    const accounts = { embedded: { kind: 'embedded' as const, parameters: { zone: 'configured', unused: 1 } } };
    expect(await zone({ accounts })).toBe('configured');
  });

  test('stand inside texts, in keys of the probes, in units', async () => {
    const text = DESIGN.replace('shop.example/checkout', '${host}/checkout?n=${n}')
      .replace('50/s', '${rate}')
      .replace(
        'parameters:',
        'parameters:\n  host: { type: string, default: shop.example }\n  n: { type: number, default: 7 }\n  rate: { type: rate, default: 60/s }',
      );
    expect((await sound(text)).hypothesis.probes[0]).toMatchObject({
      with: { url: 'http://shop.example/checkout?n=7' },
      ratePerSecond: 60,
    });
  });

  test('the environment is read by ${env:NAME}, in values and in defaults', async () => {
    const text = DESIGN.replace('default: use1-az1', 'default: "use1-${env:AZ}"').replace('Shoppers', '${env:WHO}');
    const experiment = await sound(text, { env: { AZ: 'az2', WHO: 'Robots' } });
    expect(experiment.parameters.zone).toBe('use1-az2');
    expect(experiment.hypothesis.title).toBe('Robots can check out');
  });

  test('a value that is set makes an unset default harmless', async () => {
    const text = DESIGN.replace('default: use1-az1', 'default: "${env:AZ}"');
    expect((await sound(text, { set: { zone: 'use1-az2' } })).parameters).toEqual({ zone: 'use1-az2' });
  });

  test('a value is never read as another reference', async () => {
    const experiment = await sound(DESIGN, { set: { zone: '${env:SECRET}' }, env: { SECRET: 'x' } });
    expect(experiment.method).toMatchObject([{ select: { zone: '${env:SECRET}' } }]);
  });

  test('a value of the environment is never shown: it may be a secret', async () => {
    const env = { SECRET: 'hunter2' };
    const faulty = [
      DESIGN.replace('for: 30s', 'for: ${env:SECRET}'),
      DESIGN.replace('for: 30s', 'for: ${zone}').replace('default: use1-az1', 'default: "${env:SECRET}"'),
      DESIGN.replace('type: string, default: use1-az1', 'type: duration, default: "${env:SECRET}"'),
      DESIGN.replace('default: use1-az1', 'default: "${env:SECRET}", allowed: [use1-az1]'),
    ];
    for (const text of faulty) {
      const { problems } = await load(text, { env });
      expect(problems).toHaveLength(1);
      expect(renderProblems(problems)).not.toContain('hunter2');
    }
  });

  test('no problem shows a secret, wherever it was put', async () => {
    const env = { GITHUB_TOKEN: 'ghp_abcdef' };
    const { problems } = await load(DESIGN.replace('az.power-loss', 'az.${env:GITHUB_TOKEN}'), { env });
    expect(problems.length).toBeGreaterThan(0);
    expect(JSON.stringify(problems)).not.toContain('ghp_abcdef');
  });

  test('a secret that is too short to be kept out of records is refused, without a word of it', async () => {
    const declared = 'parameters:\n  apiToken: { type: string, default: "${env:T}" }';
    const text = DESIGN.replace('parameters:', declared);
    const { problems } = await load(text, { env: { T: 'qzx' } });
    expect(problems.map(({ what }) => what)).toEqual([
      'the value of parameter "apiToken" is secret by its name, and too short to be kept out of records and reports',
    ]);
    expect(JSON.stringify(problems)).not.toContain('qzx');
    expect((await load(text, { env: { T: 'qzxy' } })).problems).toEqual([]);
  });

  test('what its name says is secret is listed, so that no record holds it', async () => {
    const text = DESIGN.replace('Shoppers', '${env:DB_PASSWORD} ${env:AZ}').replace(
      'parameters:',
      'parameters:\n  apiToken: { type: string, default: "${env:T}" }',
    );
    const experiment = await sound(text, { env: { DB_PASSWORD: 'hunter2', AZ: 'az2', T: 'toke', OTHER_TOKEN: 'no' } });
    expect(experiment.secrets).toEqual(['toke', 'hunter2']);
    expect((await sound(DESIGN)).secrets).toEqual([]);
  });

  test('what an environment, a header, a command or the blueprint holds under such a name is listed, and in no problem', async () => {
    const text = DESIGN.replace(
      'method:',
      `x-parts: [{ env: { A_TOKEN: "a \${zone}", AUTH: none }, headers: { Cookie: hunter3 } }]\nmethod:`,
    );
    const blueprint = REGION.replace('port:', 'env: { DB_PASS: hunter4 }, port:');
    expect(blueprint).not.toBe(REGION);
    const readText = async () => blueprint;
    expect((await sound(text, { readText })).secrets).toEqual(['a use1-az1', 'hunter3', 'hunter4']);
    const wrong = blueprint.replace(/port: \d+/, 'port: hunter4');
    const faulty = text.replace('for: 30s', 'for: hunter3');
    const { problems } = await load(faulty, { readText: async () => wrong });
    expect(problems.map(({ code }) => code)).toEqual(['SPEC_TYPE', 'SPEC_TYPE']);
    expect(renderProblems(problems)).not.toMatch(/hunter/);
  });

  test('a parameter may have the name of a property that every object has', async () => {
    const text = DESIGN.replace('  zone: {', '  constructor: {').replace('${zone}', '${constructor}');
    expect((await sound(text)).parameters.constructor).toBe('use1-az1');
  });

  test('a reference without a value adds no problem of the place where it stands', async () => {
    const text = DESIGN.replace(', default: use1-az1', '');
    expect((await load(text)).problems).toMatchObject([{ code: 'SPEC_PARAMETER', where: { line: 7 } }]);
  });
});

describe('the blueprint of an experiment', () => {
  const without = DESIGN.replace(/^blueprint.*$/m, '');

  test('is read beside the experiment', async () => {
    const asked: string[] = [];
    const readText = async (file: string) => {
      asked.push(file);
      return REGION;
    };
    await sound(DESIGN, { readText });
    await sound(DESIGN.replace('regions/shop.yaml', '/abs/shop.yaml'), { readText });
    expect(asked).toEqual(['/x/regions/shop.yaml', '/abs/shop.yaml']);
  });

  test('may be that of the account; a kept region needs none', async () => {
    const accounts = { big: { kind: 'embedded' as const, blueprint: '/regions/big.yaml' } };
    expect((await sound(without, { account: 'big', accounts })).blueprint?.title).toBe('A region');
    expect(await sound(without, { account: 'kept' })).not.toHaveProperty('blueprint');
    expect((await load(without)).problems).toMatchObject([{ code: 'SPEC_MISSING' }]);
  });

  test('shows no line of a file that is not named as YAML: it may hold a secret', async () => {
    const readText = async () => 'root:x:0:0:secret:/root:/bin/bash\n';
    const { problems } = await load(DESIGN.replace('regions/shop.yaml', '/etc/passwd'), { readText });
    expect(problems).toMatchObject([{ code: 'YAML_READ', where: { file: '/x/a.yaml' } }]);
    expect(JSON.stringify(problems)).not.toContain('secret');
    const named = await load(DESIGN.replace('regions/shop.yaml', '/etc/passwd.yaml'), { readText });
    expect(JSON.stringify(named.problems)).toContain('secret');
  });

  test('a defect of the reader is not taken for a missing file', async () => {
    const readText = async () => {
      throw new TypeError('a defect');
    };
    await expect(load(DESIGN, { readText })).rejects.toThrow('a defect');
  });
});

test('only the faults and probes that the file names are loaded', async () => {
  const loaded: string[] = [];
  const spy = <D>(entries: readonly { id: string; summary: string; load: () => Promise<D> }[]) =>
    entries.map((entry) => ({
      ...entry,
      load: () => {
        loaded.push(entry.id);
        return entry.load();
      },
    }));
  await sound(DESIGN, { catalog: { faults: spy(smallCatalog.faults), probes: spy(smallCatalog.probes) } });
  expect(loaded.sort()).toEqual(['az.power-loss', 'dns', 'http']);
});

describe('what ships', () => {
  const shipped = filesBelow('experiments', '.yaml').filter((file) =>
    ['experiments', 'experiments/drills'].includes(path.dirname(file)),
  );

  test('there are experiments to check', () => expect(shipped.length).toBeGreaterThanOrEqual(5));

  test.each(shipped)('%s is sound', async (name) => {
    const file = path.join(root, name);
    await sound(readFileSync(file, 'utf8'), { file, catalog, readText: (at) => readFile(at) });
  });
});
