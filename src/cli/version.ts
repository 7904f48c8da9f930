import { readFileSync } from 'node:fs';
import { packageRoot } from '../host/paths.ts';

/** The version of this program, as its package says. */
export const version = (): string => textOf(manifest().version) ?? '0.0.0';

/** The versions of Node that this program is made for, as its package says: ">=20.19.0". */
export const engines = (): string => textOf((manifest().engines as { node?: unknown } | undefined)?.node) ?? '>=0';

const manifest = (): Record<string, unknown> => JSON.parse(readFileSync(`${packageRoot()}/package.json`, 'utf8'));

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
