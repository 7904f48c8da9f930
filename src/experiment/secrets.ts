/** A name that says that its value is nobody else's business: `API_TOKEN`, `dbPassword`, `AWS_SECRET_ACCESS_KEY`. */
const SOUNDS_SECRET = /token|secret|passw(or)?d|passphrase|credential|api_?key|private_?key|access_?key/i;

/**
 * Values that no record of a run may hold: of parameters and of referenced variables of the environment whose names say
 * that they are secret. Others are left readable, or a report could not even name the zone that it is about.
 */
export function secretsOf(
  text: string,
  parameters: Readonly<Record<string, string | number | boolean>>,
  env: Readonly<Record<string, string | undefined>>,
): string[] {
  const variables = [...text.matchAll(/\$\{env:([^}]*)\}/g)].map(([, name = '']) => name);
  const found = [
    ...Object.entries(parameters).filter(([name]) => SOUNDS_SECRET.test(name)),
    ...variables.filter((name) => SOUNDS_SECRET.test(name)).map((name) => [name, env[name]] as const),
  ];
  return [...new Set(found.flatMap(([, value]) => (value === undefined || value === '' ? [] : String(value))))];
}

/** A text that becomes a name, and so is shown as it stands, with "..." for every secret in it. */
export const withoutSecrets = (text: string, secrets: readonly string[]): string =>
  secrets
    .filter(({ length }) => length >= 4)
    .sort((a, b) => b.length - a.length)
    .reduce((rest, secret) => rest.replaceAll(secret, '...'), text);
