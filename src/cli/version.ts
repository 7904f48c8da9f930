import { readFileSync } from 'node:fs';
import { packageRoot } from '../host/paths.ts';

/** The version of this program, as its package says. */
export function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(`${packageRoot()}/package.json`, 'utf8'));
  const text = (manifest as { version?: unknown }).version;
  return typeof text === 'string' ? text : '0.0.0';
}
