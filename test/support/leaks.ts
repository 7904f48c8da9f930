import { shellLine } from '../../src/kernel/shell-line.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** The forms in which programs write a secret into what they say. */
export const FORMS: Readonly<Record<string, (secret: string) => string>> = {
  'as it is': (secret) => secret,
  'in JSON': (secret) => JSON.stringify(secret),
  'in JSON in JSON': (secret) => JSON.stringify(JSON.stringify({ secret })),
  'in JSON of ASCII alone': (secret) =>
    JSON.stringify(secret).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  'as a word of a shell': (secret) => shellLine(['x', secret]).slice(2),
  'as a word of a shell in JSON': (secret) => JSON.stringify(shellLine(['x', secret]).slice(2)),
  'in a script of several lines': (secret) => shellLine([`x\n${secret}`]),
  'in double quotes of a shell': (secret) => `"${secret.replace(/[$`"\\]/g, '\\$&')}"`,
  'with backslashes': (secret) => secret.replace(/[^\w@%+=:,./-]/g, '\\$&'),
  'in XML': (secret) => xml(secret),
  'in XML in quotes': (secret) => xml(secret).replaceAll('"', '&quot;').replaceAll("'", '&apos;'),
  'in HTML': (secret) => xml(secret).replaceAll('"', '&#34;').replaceAll("'", '&#39;'),
  'in a URL': encodeURIComponent,
  'in a URL as a whole': encodeURI,
  'in a form': (secret) => new URLSearchParams({ s: secret }).toString().slice(2),
  'in a URL in small letters': (secret) => encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase()),
  'in Base64': base64,
  'in Base64, one byte on': (secret) => base64(`x${secret}y`),
  'in Base64, two bytes on': (secret) => base64(`xx${secret}yy`),
  'in Base64 for URLs': (secret) => Buffer.from(`~~${secret}`).toString('base64url'),
  'in Base64 in a URL': (secret) => encodeURIComponent(base64(`??${secret}`)),
  'in a Basic header': (secret) => `Authorization: Basic ${base64(`user:${secret}`)}`,
  'in Base64 of many lines': (secret) => base64(`${'x'.repeat(50)}${secret}`).replace(/.{64}/g, '$&\n'),
  'in Base64 of many lines in JSON': (secret) =>
    JSON.stringify(base64(`${'x'.repeat(51)}${secret}`).replace(/.{76}/g, '$&\n')),
  'in JSON in Base64': (secret) => base64(JSON.stringify({ secret })),
  'in a URL in Base64 for URLs': (secret) => Buffer.from(`x${encodeURIComponent(secret)}`).toString('base64url'),
  'in Base64 of two bytes a character': (secret) => Buffer.from(`"${secret}"`, 'utf16le').toString('base64'),
  'in hexadecimal digits': (secret) => Buffer.from(secret).toString('hex'),
  'in large hexadecimal digits': (secret) => `0x${Buffer.from(secret).toString('hex').toUpperCase()}`,
};

const xml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** So many characters of a secret in a row are a leak. */
const SHARE = 5;

/** What can be read of a secret in a text by somebody who decodes whatever can be decoded, twice, also in JSON. */
export function leaks(text: string, secret: string): string[] {
  const pieces = [...secret]
    .map((_, index) => secret.slice(index, index + SHARE))
    .filter((one) => one.length === SHARE);
  const all = readingsOf(text);
  return pieces.filter((piece) => all.includes(piece));
}

/** Everything that a text may be the code of, read twice. The last one is kept: it is asked about several secrets. */
function readingsOf(text: string): string {
  if (last?.text === text) return last.readings;
  const read = (readings: readonly string[]) => [...new Set(readings.flatMap((one) => [one, ...decoded(one)]))];
  const readings = read(read([...new Set([text, unescapedJson(text)])])).join('\u0000');
  last = { text, readings };
  return readings;
}
let last: { readonly text: string; readonly readings: string } | undefined;

/** A text as everything that it may be the code of. */
function decoded(text: string): string[] {
  const runs = [text, text.replace(/\\[rn]|\s/g, '')].flatMap((one) => one.match(/[\w+/-]{6,}/g) ?? []);
  const codes = [...new Set(runs)];
  return [
    text.replace(/\\u([0-9a-fA-F]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
    unescapedJson(text.replaceAll(`'\\''`, "'")),
    text.replaceAll('%%', '%'),
    unescapedUrl(text),
    unescapedUrl(text.replaceAll('+', ' ')),
    unescapedXml(text),
    [0, 1, 2, 3]
      .flatMap((from) => codes.map((run) => Buffer.from(run.slice(from), 'base64').toString()))
      .join('\u0000'),
    [0, 1, 2, 3]
      .flatMap((from) => codes.map((run) => Buffer.from(run.slice(from), 'base64')))
      .flatMap((bytes) => [bytes.toString('utf16le'), bytes.subarray(1).toString('utf16le')])
      .join('\u0000'),
    codes.map((run) => Buffer.from(run.replace(/^0x/i, ''), 'hex').toString()).join('\u0000'),
  ];
}

const unescapedJson = (text: string) =>
  text.replace(/\\([\s\S])/g, (_, letter: string) => ({ n: '\n', t: '\t' })[letter] ?? letter);

const unescapedUrl = (text: string) =>
  text.replace(/(?:%[0-9a-fA-F]{2})+/g, (codes) => Buffer.from(codes.replaceAll('%', ''), 'hex').toString());

const unescapedXml = (text: string) =>
  text
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&#x([0-9a-fA-F]+);/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => ENTITIES[name] ?? '');

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
