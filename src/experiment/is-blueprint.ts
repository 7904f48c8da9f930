import { isMapping } from './checker.ts';
import type { Opened } from './source.ts';

/**
 * Whether a YAML text is meant as the blueprint of a region: it has zones and instances, and nothing that only an
 * experiment has. Of a text that is no YAML it says no.
 */
export function isBlueprint({ source }: Opened): boolean {
  const value = source?.value;
  if (!isMapping(value)) return false;
  const has = (key: string) => Object.hasOwn(value, key);
  return has('zones') && has('instances') && !has('steadyStateHypothesis') && !has('method');
}
