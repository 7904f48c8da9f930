import type { Problem } from '../kernel/errors.ts';
import { type Redact, redactor, SECRET_MIN } from '../kernel/redact.ts';
import { isSetting, soundsSecret } from './secret-names.ts';
import { passwordsOf, secretsIn } from './secret-places.ts';

/**
 * Values that no record of a run may hold: of parameters, of referenced variables of the environment, of environments and
 * headers in the documents whose names say that they are secret, and passwords in URLs. Others are left readable, or a
 * report could not even name the zone that it is about.
 * @param documents What the parameters were filled into, and what else the run is made of.
 */
export function secretsOf(
  text: string,
  { parameters, env, documents }: Values & { readonly documents: readonly unknown[] },
): string[] {
  const found = [...Object.entries(parameters), ...variablesIn(text, env)].map(
    ([name, value]) => [name, String(value)] as const,
  );
  const named = found.filter(([name, value]) => isSecret(name, value)).map(([, value]) => value);
  return [...new Set([...named, ...found.flatMap(([, value]) => passwordsOf(value)), ...secretsIn(documents)])].filter(
    (value) => value !== '',
  );
}

interface Values {
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly env: Environment;
}

/** Values that no problem of a file may show: the secrets, and whatever came from the environment. */
export const hiddenIn = (text: string, values: Values, document: unknown): string[] => [
  ...secretsOf(text, { ...values, documents: [] }),
  // A reference is not what it refers to, and is shown.
  ...secretsIn(document).filter((secret) => !secret.includes('${')),
  ...variablesIn(text, values.env).map(([, value]) => value),
];

const isSecret = (name: string, value: string): boolean => soundsSecret(name) && !isSetting(value);

/** Secret variables of the environment whose values are too short to be kept out of a record. */
export const shortVariables = (text: string, env: Environment): Problem[] =>
  variablesIn(text, env)
    .filter(([name, value]) => isSecret(name, value) && isTooShort(value))
    .map(([name]) => tooShort(`the environment variable "${name}"`));

/** Whether a secret could not be told from the words around it. One without a value is none. */
export const isTooShort = (secret: string): boolean => secret !== '' && secret.trim().length < SECRET_MIN;

/** A secret that would stand in every record of the run. It says neither the value nor its line. */
export const tooShort = (name: string): Problem => ({
  code: 'SPEC_PARAMETER',
  what: `the value of ${name} is secret by its name, and too short to be kept out of records and reports`,
  fix: `use a secret of at least ${SECRET_MIN} characters, or another name if the value is no secret`,
});

type Environment = Readonly<Record<string, string | undefined>>;

/** The variables of the environment that a text refers to and that are set, each once. */
function variablesIn(text: string, env: Environment): (readonly [name: string, value: string])[] {
  const names = new Set([...text.matchAll(/\$\{env:([^}]*)\}/g)].map(([, name = '']) => name));
  return [...names].flatMap((name) => {
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    return value === undefined ? [] : [[name, value] as const];
  });
}

/** Makes a name of a text: it is shown as it stands everywhere, so "..." stands in it for every secret. */
export const namer = (secrets: readonly string[]): Redact => redactor(secrets, '...');
