#!/usr/bin/env node
// The installed entry. A lone --version is answered before the framework is loaded: scripts ask it often.
import { readFileSync } from 'node:fs';

if (process.argv.length === 3 && ['--version', '-v'].includes(process.argv[2] ?? '')) {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  process.stdout.write(`chaos ${version}\n`);
} else {
  const { main } = await import('../dist/main.js');
  await main(process.argv.slice(2));
}
