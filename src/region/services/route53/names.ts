import { Fault } from '../fault.ts';

/**
 * A domain name as Route 53 writes it: lower case, a trailing dot, and everything but letters, digits, `-` and `_` as
 * an octal escape (`*` is `\052`). Undefined when it is no domain name.
 */
export function parseName(text: string | undefined): string | undefined {
  if (text === undefined || text === '' || text.length > 1024) return undefined;
  const labels = splitLabels(text.endsWith('.') && !text.endsWith('\\.') ? text.slice(0, -1) : text);
  if (!labels || labels.some((label) => label.length === 0 || label.length > 63)) return undefined;
  if (labels.reduce((sum, label) => sum + label.length + 1, 0) > 255) return undefined;
  return `${labels.map((label) => [...label].map(escaped).join('')).join('.')}.`;
}

export function requireName(text: string | undefined, what = 'name'): string {
  const name = parseName(text);
  if (name === undefined) throw new Fault('InvalidDomainName', `The ${what} '${text}' is not a valid domain name`, 400);
  return name;
}

/** The same name as name servers write it: no trailing dot, `*` for itself, other escapes as they are. */
export const plainName = (name: string): string => name.replace(/\.$/, '').replaceAll('\\052', '*');

/** Orders names as Route 53 lists them: by their labels from the right. */
export function compareNames(a: string, b: string): number {
  const [left, right] = [reversed(a), reversed(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

const reversed = (name: string) => name.replace(/\.$/, '').split('.').reverse().join('.');

/** Whether a name is the zone's own or below it. */
export const isWithin = (name: string, zone: string): boolean => name === zone || name.endsWith(`.${zone}`);

function splitLabels(text: string): string[] | undefined {
  const labels = [''];
  for (let k = 0; k < text.length; k++) {
    const c = text[k] ?? '';
    if (c === '.') {
      labels.push('');
      continue;
    }
    let character = c;
    if (c === '\\') {
      const octal = /^[0-3][0-7]{2}/.exec(text.slice(k + 1))?.[0];
      if (octal === undefined) return undefined;
      character = String.fromCharCode(Number.parseInt(octal, 8));
      k += 3;
    }
    if (character.charCodeAt(0) > 255) return undefined;
    labels[labels.length - 1] += character.toLowerCase();
  }
  return labels;
}

const escaped = (c: string) => (/[a-z0-9_-]/.test(c) ? c : `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`);
