import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Config, parseConfig } from '../experiment/config.ts';
import { FILE_BYTES_MAX } from '../experiment/source.ts';
import { readBounded } from '../host/bounded-file.ts';
import type { Problem } from '../kernel/errors.ts';
import { showPath } from './home.ts';

const NAME = 'chaos.config.yaml';

/** The accounts of the project: those of the nearest `chaos.config.yaml` in this folder or one above it; else none. */
export async function readConfig(folder = process.cwd()): Promise<Config & { readonly problems: readonly Problem[] }> {
  const file = findUpward(folder);
  if (file === undefined) return { accounts: {}, problems: [] };
  const { config, problems } = parseConfig({ file: showPath(file), text: await readBounded(file, FILE_BYTES_MAX) });
  return { accounts: config?.accounts ?? {}, problems };
}

/** Looks no further than the root of the repository. */
function findUpward(folder: string): string | undefined {
  const file = path.join(folder, NAME);
  if (existsSync(file)) return file;
  const parent = path.dirname(folder);
  return parent === folder || existsSync(path.join(folder, '.git')) ? undefined : findUpward(parent);
}

/** Hosts besides loopback at which the project lets an account of that name stand. */
export async function allowedHostsOf(name: string): Promise<readonly string[]> {
  const { accounts } = await readConfig();
  return (Object.hasOwn(accounts, name) && accounts[name]?.allowedHosts) || [];
}
