/**
 * A domain name as Route 53 stores it: lower case, a dot at the end, and `*` and other unusual characters as octal
 * escapes, so that two spellings of one name are equal texts.
 */
export function canonicalName(name: string): string {
  const lower = name.toLowerCase().replace(/[^a-z0-9._\\-]/g, (character) => octal(character));
  return lower.endsWith('.') ? lower : `${lower}.`;
}

/** A domain name as people write it: without the dot at the end, and `*` for its escape. */
export const displayName = (name: string): string => name.replaceAll('\\052', '*').replace(/\.$/, '');

/** Whether `name` is the domain `parent` or lies below it. */
export function isWithin(name: string, parent: string): boolean {
  const [inner, outer] = [canonicalName(name), canonicalName(parent)];
  return inner === outer || inner.endsWith(`.${outer}`);
}

/** The id of a hosted zone without its prefix: `/hostedzone/Z123` and `Z123` are one. */
export const hostedZoneId = (id: string): string => id.replace(/^\/?hostedzone\//, '');

const octal = (character: string) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`;
