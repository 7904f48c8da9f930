import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { filesBelow, importsOf, parse, read, root, touchesOf } from '../support/sources.ts';

/** The whole dependency rule. ARCHITECTURE.md draws this table, and a test below compares the two. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  kernel: [],
  aws: ['kernel'],
  targets: ['kernel', 'aws'],
  probes: ['kernel', 'aws', 'targets'],
  experiment: ['kernel'],
  journal: ['kernel'],
  safety: ['kernel', 'aws'],
  faults: ['kernel', 'aws', 'targets'],
  catalog: ['kernel', 'targets', 'probes', 'faults'],
  engine: ['kernel', 'aws', 'experiment', 'safety', 'journal'],
  report: ['kernel', 'journal'],
  host: ['kernel', 'aws', 'safety'],
  region: ['kernel', 'aws'],
  watchdog: ['kernel', 'journal', 'engine', 'catalog', 'host'],
  cli: [
    'kernel',
    'aws',
    'targets',
    'probes',
    'experiment',
    'journal',
    'safety',
    'faults',
    'catalog',
    'engine',
    'report',
    'host',
  ],
  commands: ['kernel', 'cli'],
};

/** Inside the region: the services know neither the wire nor the data plane. */
const REGION_RULES: readonly { from: string; not: readonly string[] }[] = [
  { from: 'src/region/services/', not: ['src/region/wire/', 'src/region/plane/'] },
  { from: 'src/region/wire/', not: ['src/region/plane/', 'src/region/services/ec2', 'src/region/services/route-53'] },
  { from: 'src/region/plane/', not: ['src/region/wire/', 'src/region/services/'] },
];

/** Packages that only these folders load at run time. Types cost nothing and are free for all. */
const PACKAGES: Record<string, readonly string[]> = {
  zod: ['kernel', 'experiment'],
  yaml: ['experiment', 'cli'],
  re2js: ['experiment', 'region'],
  chalk: ['cli'],
  execa: ['host', 'region', 'cli'],
  '@oclif/core': ['cli', 'commands'],
  'log-update': ['cli'],
  'junit-report-builder': ['report'],
  'hdr-histogram-js': ['engine'],
  'pure-rand': ['engine'],
  'dns-packet': ['host', 'region'],
  cborg: ['region'],
};

const sources = filesBelow('src', '.ts');
const folderOf = (file: string) => file.split('/')[1] ?? '';

describe('the import table', () => {
  test('there are sources to check', () => expect(sources.length).toBeGreaterThan(50));

  test('imports follow the table', () => {
    const broken: string[] = [];
    for (const file of sources) {
      for (const { specifier, line } of importsOf(parse(file)).filter((i) => i.specifier.startsWith('.'))) {
        const target = path.normalize(path.join(path.dirname(file), specifier));
        const [from, to] = [folderOf(file), folderOf(target)];
        if (from !== to && !MAY_IMPORT[from]?.includes(to))
          broken.push(`${file}:${line}: ${from} may not import ${to}`);
        for (const rule of REGION_RULES.filter((r) => file.startsWith(r.from))) {
          if (rule.not.some((bad) => target.startsWith(bad))) broken.push(`${file}:${line}: may not import ${target}`);
        }
        if (!existsSync(path.join(root, target))) broken.push(`${file}:${line}: no such file ${target}`);
      }
    }
    expect(broken).toEqual([]);
  });

  test('packages are loaded only by the folders that own them', () => {
    const broken: string[] = [];
    for (const file of sources) {
      for (const { specifier, typeOnly, line } of importsOf(parse(file))) {
        if (specifier.startsWith('.') || specifier.startsWith('node:') || typeOnly) continue;
        const name = specifier.startsWith('@')
          ? specifier.split('/').slice(0, 2).join('/')
          : (specifier.split('/')[0] ?? '');
        const owners =
          name.startsWith('@aws-sdk/') || name.startsWith('@smithy/') ? ['host', 'region'] : PACKAGES[name];
        if (!owners?.includes(folderOf(file))) broken.push(`${file}:${line}: ${folderOf(file)} may not load ${name}`);
      }
    }
    expect(broken).toEqual([]);
  });

  test('ARCHITECTURE.md draws the same table', () => {
    const document = read('ARCHITECTURE.md');
    for (const [folder, allowed] of Object.entries(MAY_IMPORT)) {
      const row = document.split('\n').find((line) => line.startsWith(`| ${folder} |`));
      expect(row, `a row for ${folder}`).toBeDefined();
      const drawn = (row ?? '')
        .split('|')[2]
        ?.split(',')
        .map((cell) => cell.trim())
        .filter((cell) => cell !== '–' && cell !== '');
      expect(drawn?.toSorted(), folder).toEqual([...allowed].sort());
    }
  });
});

describe('only host, cli and the programs touch the machine', () => {
  const TOUCHES = ['host', 'cli', 'commands', 'region', 'watchdog'];

  test('the other folders use no clock, timer, randomness, console, process or socket', () => {
    const broken = sources
      .filter((file) => !TOUCHES.includes(folderOf(file)))
      .flatMap((file) => touchesOf(parse(file)).map(({ what, line }) => `${file}:${line}: ${what} (ask a port)`));
    expect(broken).toEqual([]);
  });

  test('one function writes to a screen; besides it, JSON is written as it is, and what an instance wrote', () => {
    const writers = sources
      .filter((file) => /^src\/(cli|commands)\//.test(file))
      .filter((file) => /\bstd(out|err)\.write\(|\bconsole\.|\bthis\.(log|warn)\(/.test(read(file)));
    expect(writers).toEqual(['src/cli/chaos-command.ts', 'src/commands/region/logs.ts']);
  });

  test('services of the region are pure: no clock, no randomness, no I/O of their own', () => {
    const broken = sources
      .filter((file) => file.startsWith('src/region/services/'))
      .flatMap((file) => touchesOf(parse(file)).map(({ what, line }) => `${file}:${line}: ${what}`));
    expect(broken).toEqual([]);
  });

  test('faults, targets and probes ask only the port that reads', () => {
    const broken = sources
      .filter((file) => /^src\/(faults|targets|probes)\//.test(file))
      .filter((file) => /WritePort|\.write\(/.test(read(file)));
    expect(broken).toEqual([]);
  });
});
