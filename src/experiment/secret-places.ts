import { isMapping } from './checker.ts';
import { isSetting, soundsSecret } from './secret-names.ts';

/**
 * The secrets that a document holds at places where a name says so: in a map `env` or `headers`, in a word `NAME=value` or
 * `Name: value` of a command; and the passwords of URLs and connection strings anywhere. Values that only set something
 * are none, and too short ones are left: the name is not the author's to choose.
 */
export function secretsIn(document: unknown): string[] {
  const found: string[] = [];
  walk(document, '', (value, key, isOfCommand) => {
    found.push(...passwordsOf(value));
    if (isOfCommand) {
      const [, name = '', text = ''] = /^([\w.-]+)(?:=|:\s)([\s\S]+)$/.exec(value) ?? [];
      found.push(...secretsOfNamed(name, text.trim()));
    }
    if (key !== '') found.push(...secretsOfNamed(key, value));
  });
  return [...new Set(found.filter((secret) => secret !== '' && !isSetting(secret)))];
}

/** What a value of that name must not tell: without the word before a credential, with what it is the code of. */
function secretsOfNamed(name: string, value: string): string[] {
  const inside = assigned(value);
  if (!soundsSecret(name) || isSetting(value)) return inside;
  const [, scheme = '', credential] =
    /^(basic|bearer|digest|token|negotiate|apikey)\s+(\S+)$/i.exec(value.trim()) ?? [];
  const cookies = /cookie/i.test(name) ? [...value.matchAll(/=([^;\s]{8,})/g)].map(([, cookie = '']) => cookie) : [];
  const coded = scheme.toLowerCase() === 'basic' ? basicPassword(credential ?? '') : [];
  return [credential ?? value, ...coded, ...cookies, ...inside];
}

/** Passwords of `scheme://user:password@host`, of `user:password@tcp(host)`, and of the names in a query. */
export function passwordsOf(text: string): string[] {
  const ofUrls = [...text.matchAll(/\/\/[^\s:@/?#]*:([^\s/?#]+)@/g)].map(([, password = '']) => password);
  const [, ofDriver] = /^[^\s:@/?#]*:(\S+)@(?:tcp|unix)\(/.exec(text) ?? [];
  const passwords = ofDriver === undefined ? ofUrls : [...ofUrls, ofDriver];
  // A user without a password and as long as that is a token.
  const users = [...text.matchAll(/\/\/([^\s:@/?#]{16,})@/g)].map(([, user = '']) => user);
  const query = [...text.matchAll(/[?&]([\w.-]+)=([^&\s#]+)/g)].filter(([, name = '']) => soundsSecret(name));
  return [...passwords, ...users, ...query.map(([, , value = '']) => value)].flatMap((one) => [one, decodedUrl(one)]);
}

/** `Server=db;Password=...;` and `host=db password=...`. */
function assigned(text: string): string[] {
  return text.split(text.includes(';') ? ';' : /\s/).flatMap((part) => {
    const at = part.indexOf('=');
    const value = part.slice(at + 1).trim();
    if (at < 0 || !soundsSecret(part.slice(0, at)) || isSetting(value)) return [];
    return [value.replace(/^(["'])(.*)\1$/, '$2')];
  });
}

/** What is behind the colon of a Basic credential. */
function basicPassword(credential: string): string[] {
  try {
    const bytes = Uint8Array.from(atob(credential), (character) => character.charCodeAt(0));
    const [, password] = /:([\s\S]+)$/.exec(new TextDecoder().decode(bytes)) ?? [];
    return password === undefined ? [] : [password];
  } catch {
    return [];
  }
}

function decodedUrl(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

type Visit = (value: string, key: string, isOfCommand: boolean) => void;

/** Every text of a document; with its key where it stands in a map of names that programs give. */
function walk(value: unknown, parent: string, visit: Visit): void {
  if (typeof value === 'string') visit(value, '', parent === 'command' || parent === 'undo');
  else if (Array.isArray(value)) for (const item of value) walk(item, parent, visit);
  else if (isMapping(value)) {
    for (const [key, inner] of Object.entries(value)) {
      if (NAMED.has(parent) && !isMapping(inner) && !Array.isArray(inner)) visit(String(inner ?? ''), key, false);
      else walk(inner, key, visit);
    }
  }
}

const NAMED = new Set(['env', 'headers']);
