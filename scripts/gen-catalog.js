// Writes src/catalog/index.ts from the files under src/faults and src/probes: the id is the path. With --check it writes
// nothing and exits 1 when the file is not what it would write.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const TARGET = path.join(root, 'src/catalog/index.ts');

const filesBelow = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(path.join(folder, entry.name)) : [path.join(folder, entry.name)],
  );

/** One entry: the id and the export from the code, the summary as its own text says it. */
function entryOf(kind, file) {
  const relative = path
    .relative(path.join(root, 'src', kind), file)
    .split(path.sep)
    .join('/');
  const id = relative.replace(/\.ts$/, '').replaceAll('/', '.');
  const code = readFileSync(file, 'utf8');
  const name = /^export const (\w+) = define(?:Fault|Probe)\(/m.exec(code)?.[1];
  const summary = /^ {2}summary: '(.*)',$/m.exec(code)?.[1];
  const declared = /^ {2}id: '(.*)',$/m.exec(code)?.[1];
  if (!name || !summary)
    throw new Error(`${file}: write "export const NAME = define...({", and "summary: '...'," on a line`);
  if (declared !== id) throw new Error(`${file}: the id is "${declared}", but the path says "${id}"`);
  return [
    '    {',
    `      id: '${id}',`,
    `      summary: '${summary}',`,
    `      load: async () => (await import('../${kind}/${relative}')).${name},`,
    '    },',
  ].join('\n');
}

/** The text of src/catalog/index.ts. */
export function catalogText() {
  const entries = (kind) =>
    filesBelow(path.join(root, 'src', kind))
      .filter((file) => file.endsWith('.ts'))
      .sort()
      .map((file) => entryOf(kind, file))
      .join('\n');
  return `// Written by scripts/gen-catalog.js from the files under src/faults and src/probes.
import type { Catalog } from '../kernel/define.ts';

/** Every fault and every probe: what they are at once, their code on demand. */
export const catalog: Catalog = {
  faults: [
${entries('faults')}
  ],
  probes: [
${entries('probes')}
  ],
};
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wanted = catalogText();
  if (!process.argv.includes('--check')) writeFileSync(TARGET, wanted);
  else if (readFileSync(TARGET, 'utf8') !== wanted) {
    process.stderr.write('src/catalog/index.ts is out of date: run "node scripts/gen-catalog.js"\n');
    process.exitCode = 1;
  }
}
