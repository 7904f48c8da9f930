import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build, transform } from 'esbuild';
import { catalogueText } from './catalogue-plugin.js';
import { vendorChanges } from './vendor.js';

const TARGET = { platform: 'node', target: 'node20.19', logLevel: 'warning' };

/**
 * Bundles the entry points into a folder: what several of them need stands in chunks, and what is imported on demand is
 * loaded on demand. Only ES modules can be split so; they then become CommonJS, which Node loads faster, and whose
 * compiled code can be kept (see bin/load.js).
 */
export async function bundle(entryPoints, outdir) {
  const sourcemap = process.env.CHAOS_SOURCEMAP === '1' ? 'inline' : false;
  const { outputFiles } = await build({
    ...TARGET,
    entryPoints,
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    mainFields: ['module', 'main'],
    define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
    // The command framework asks for them only in a development mode that nobody uses here.
    external: ['typescript', 'ts-node'],
    plugins: [vendorChanges, catalogueText],
    sourcemap,
    write: false,
  });
  const written = outputFiles.map(async ({ path: file, text }) => {
    const { code } = await transform(text, {
      ...TARGET,
      format: 'cjs',
      supported: { 'dynamic-import': false },
      sourcefile: path.basename(file),
      sourcemap,
      // Said of other people's code once, by the bundling.
      logOverride: { 'duplicate-class-member': 'silent' },
    });
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, code);
  });
  await Promise.all(written);
}
