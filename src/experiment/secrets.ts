import type { Problem } from '../kernel/errors.ts';
import { type Redact, redactor, SECRET_MIN } from '../kernel/redact.ts';

/** A name that says that its value is nobody else's business: `API_TOKEN`, `dbPassword`, `AWS_SECRET_ACCESS_KEY`. */
const SOUNDS_SECRET = /token|secret|passw(or)?d|passphrase|credential|api_?key|private_?key|access_?key/i;

/**
 * Values that no record of a run may hold: of parameters and of referenced variables of the environment whose names say
 * that they are secret. Others are left readable, or a report could not even name the zone that it is about.
 */
export function secretsOf(text: string, parameters: Readonly<Record<string, unknown>>, env: Environment): string[] {
  const found = [
    ...Object.entries(parameters).filter(([name]) => soundsSecret(name)),
    ...variablesIn(text, env).filter(([name]) => soundsSecret(name)),
  ];
  return [...new Set(found.map(([, value]) => String(value)).filter((value) => value !== ''))];
}

/** Whether the name of a value says that it is nobody else's business. */
export const soundsSecret = (name: string): boolean => SOUNDS_SECRET.test(name);

/** Values that no problem of a file may show: the secrets, and whatever came from the environment. */
export const hiddenIn = (text: string, parameters: Readonly<Record<string, unknown>>, env: Environment): string[] => [
  ...secretsOf(text, parameters, env),
  ...variablesIn(text, env).map(([, value]) => value),
];

/** Secret variables of the environment whose values are too short to be kept out of a record. */
export const shortVariables = (text: string, env: Environment): Problem[] =>
  variablesIn(text, env)
    .filter(([name, value]) => soundsSecret(name) && isTooShort(value))
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
