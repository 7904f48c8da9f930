// Writes everything that derives from the code: the catalog, the manifest of commands, the JSON Schemas and the tables
// of the README. With --check it writes nothing, names what is out of date, and exits 1. Reads the built program.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Plugin } from '@oclif/core';
import { catalogText } from './gen-catalog.js';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const inRoot = (...parts) => path.join(root, ...parts);
const readText = (file) => (existsSync(inRoot(file)) ? readFileSync(inRoot(file), 'utf8') : '');

/** What the program itself says, as JSON. */
const ask = (...args) =>
  JSON.parse(
    execFileSync(process.execPath, [inRoot('bin/run.js'), ...args, '--json'], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH },
      maxBuffer: 64 * 1024 * 1024,
    }),
  );

/** The manifest, by which the framework knows every command without loading it. */
export async function manifestText() {
  const plugin = new Plugin({ root, type: 'core', ignoreManifest: true, errorOnManifestCreate: true });
  await plugin.load();
  const { commands, version } = plugin.manifest;
  const ids = Object.keys(commands).sort();
  return `${JSON.stringify({ commands: Object.fromEntries(ids.map((id) => [id, commands[id]])), version }, null, 2)}\n`;
}

const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** The tables of the README, by the name in their markers. */
export function readmeTables() {
  const outcomes = ask('explain').filter(({ kind }) => kind === 'outcome');
  const catalog = (kind) =>
    table(
      [kind, 'what it does'],
      ask(kind, 'list').map(({ id, summary }) => [`\`${id}\``, summary]),
    );
  return {
    faults: catalog('fault'),
    probes: catalog('probe'),
    'exit codes': table(
      ['code', 'outcome', 'meaning', 'targets'],
      outcomes.map(({ exitCode, code, about, means }) => [exitCode, code, about, means]),
    ),
  };
}

/** A text with what stands between `<!-- NAME -->` and `<!-- /NAME -->` replaced. */
export function withTables(text, tables) {
  return Object.entries(tables).reduce((result, [name, content]) => {
    const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const [from, to] = [result.indexOf(begin), result.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`the README has no "${begin}" with "${end}" behind it`);
    return `${result.slice(0, from + begin.length)}\n${content}\n${result.slice(to)}`;
  }, text);
}

/** The names of the operations of every service in the catalogue, without their schemas, which are a hundred times larger. */
function operationsText() {
  const folder = 'src/aws/catalogue';
  const lines = readdirSync(inRoot(folder))
    .filter((file) => file.endsWith('.generated.json'))
    .map((file) => JSON.parse(readText(`${folder}/${file}`)))
    .filter(({ operations }) => operations !== undefined)
    .map(({ service, operations }) => `${JSON.stringify(service.id)}:${JSON.stringify(Object.keys(operations))}`);
  return `{\n${lines.sort().join(',\n')}\n}\n`;
}

/** Every derived file with the text that it is to have. */
export async function derivedFiles() {
  return {
    'src/catalog/index.ts': catalogText(),
    'src/aws/operations.generated.json': operationsText(),
    'oclif.manifest.json': await manifestText(),
    'experiments/experiment.schema.json': `${JSON.stringify(ask('schema'), null, 2)}\n`,
    'experiments/blueprint.schema.json': `${JSON.stringify(ask('schema', 'blueprint'), null, 2)}\n`,
    'README.md': withTables(readText('README.md'), readmeTables()),
  };
}

/** A fault that was added is known to the program only once it is in the catalog and the program is built anew. */
function refreshCatalog() {
  const [file, text] = ['src/catalog/index.ts', catalogText()];
  if (readText(file) === text) return;
  writeFileSync(inRoot(file), text);
  execFileSync(process.execPath, [inRoot('scripts/build.js')]);
  process.stdout.write(`wrote ${file}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!process.argv.includes('--check')) refreshCatalog();
  const files = await derivedFiles();
  const stale = Object.keys(files).filter((file) => readText(file) !== files[file]);
  if (process.argv.includes('--check')) {
    for (const file of stale) process.stderr.write(`${file} is out of date: run "npm run gen"\n`);
    process.exitCode = stale.length > 0 ? 1 : 0;
  } else {
    for (const file of stale) {
      writeFileSync(inRoot(file), files[file]);
      process.stdout.write(`wrote ${file}\n`);
    }
  }
}
