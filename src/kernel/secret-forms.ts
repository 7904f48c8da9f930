import { asFormat } from './shell-line.ts';

/** A text in every form in which programs write it, readably, into another one. */
export function writtenForms(text: string): string[] {
  return [text, ...shellForms(text), ...xmlForms(text), ...urlForms(text)].flatMap((form) => [
    form,
    ...jsonForms(form),
  ]);
}

/**
 * A text as Base64, in both alphabets, and as hexadecimal digits, wherever it stands in what was encoded: as it is, as JSON
 * or a URL in it writes it (a token, the credentials of a registry), and in two bytes a character (PowerShell). Texts too
 * short for that to be told from other letters have none.
 */
export function codedForms(text: string): string[] {
  const bytes = encoder.encode(text);
  if (bytes.length < CODED_MIN) return [];
  const [least = '', , , ascii = '', page = ''] = jsonForms(text);
  const written = [least, ascii, page, ...urlForms(text).slice(0, 1)].filter((form) => form !== text);
  const inside = [...new Set(written)].map((form) => encoder.encode(form));
  const base64 = base64Forms(bytes);
  const escaped = base64.flatMap((form) => [...urlForms(form), form.replaceAll('/', '\\/')]);
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [...base64, ...escaped, ...[...inside, inTwoBytes(text)].flatMap(base64Forms), hex, hex.toUpperCase()];
}

const encoder = new TextEncoder();

function base64Forms(bytes: Uint8Array): string[] {
  const base64 = [0, 1, 2].map((before) => base64Inside(bytes, before));
  return [...base64, ...base64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'))];
}

/** UTF-16, the smaller byte first. */
const inTwoBytes = (text: string): Uint8Array =>
  Uint8Array.from({ length: 2 * text.length }, (_, at) => (text.charCodeAt(at >> 1) >> (8 * (at % 2))) & 0xff);

/** From so many bytes on, at least six characters of Base64 depend on nothing else. */
const CODED_MIN = 5;

/** The characters of Base64 that these bytes alone decide, so many bytes after a multiple of three. */
function base64Inside(bytes: Uint8Array, before: number): string {
  const all = btoa('\0'.repeat(before) + [...bytes].map((byte) => String.fromCharCode(byte)).join(''));
  return all.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
}

/** In single quotes, as a format of `printf`, in double quotes, and without quotes. */
const shellForms = (text: string): string[] => [
  text.replaceAll("'", `'\\''`),
  asFormat(text),
  text.replace(/[$`"\\]/g, '\\$&'),
  text.replace(/[^\w@%+=:,./-]/g, '\\$&'),
];

/** As JSON escapes it: no more than it must, that again in a text of JSON, with `/`, in ASCII alone, and fit for a page. */
function jsonForms(text: string): string[] {
  const least = JSON.stringify(text).slice(1, -1);
  const escaped = (what: RegExp) =>
    least.replace(what, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const twice = JSON.stringify(least).slice(1, -1);
  return [least, twice, least.replaceAll('/', '\\/'), escaped(/[\u007f-\uffff]/g), escaped(/[<>&\u2028\u2029]/g)];
}

function xmlForms(text: string): string[] {
  const named = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const quoted = named.replaceAll('"', '&quot;');
  const lines = quoted.replaceAll('\n', '&#xA;').replaceAll('\r', '&#xD;').replaceAll('\t', '&#x9;');
  const [double, tick] = [named.replaceAll('"', '&#34;'), "'"];
  return [named, quoted, lines, quoted.replaceAll(tick, '&apos;'), quoted.replaceAll(tick, '&#39;')].concat(
    quoted.replaceAll(tick, '&#x27;'),
    double.replaceAll(tick, '&#39;'),
  );
}

function urlForms(text: string): string[] {
  try {
    const component = encodeURIComponent(text);
    const strict = component.replace(/[!'()*~]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
    const form = [component.replaceAll('%20', '+'), strict.replaceAll('%20', '+'), strict.replaceAll('%2A', '*')];
    const forms = [component, strict, encodeURI(text), ...form, strict.replaceAll('%20', '+').replaceAll('%2A', '*')];
    return [...forms, ...forms.map((one) => one.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()))];
  } catch {
    // Half a character has no form in a URL.
    return [];
  }
}
