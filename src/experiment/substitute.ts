import type { ErrorCode } from '../kernel/errors.ts';
import { nearest } from '../kernel/suggest.ts';
import type { Path } from './source.ts';

type Value = string | number | boolean;

/** What references may name. */
export interface Scope {
  readonly values: Readonly<Record<string, Value>>;
  /** Declared parameters: one without a value has its own problem, so a reference to it adds none. */
  readonly declared: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly tell: (code: ErrorCode, what: string, fix: string, reference: string) => void;
}

/** A document with every `${name}` and `${env:NAME}` filled in, and the paths where that was not possible. */
export function substitute(
  document: unknown,
  scope: Omit<Scope, 'tell'> & {
    readonly tell: (code: ErrorCode, path: Path, what: string, fix: string, reference: string) => void;
    /** Top-level keys that are left as they are. */
    readonly except: readonly string[];
  },
): { value: unknown; unresolved: Set<string> } {
  const unresolved = new Set<string>();
  const walk = (value: unknown, path: Path): unknown => {
    if (typeof value === 'string') {
      const tell: Scope['tell'] = (code, what, fix, reference) => scope.tell(code, path, what, fix, reference);
      const filled = substituteText(value, { ...scope, tell });
      if (filled === undefined) unresolved.add(JSON.stringify(path));
      return filled;
    }
    if (Array.isArray(value)) return value.map((item, index) => walk(item, [...path, index]));
    if (value === null || typeof value !== 'object') return value;
    const entries = Object.entries(value).map(([key, inner]): [string, unknown] =>
      path.length === 0 && scope.except.includes(key) ? [key, inner] : [key, walk(inner, [...path, key])],
    );
    return Object.fromEntries(entries);
  };
  return { value: walk(document, []), unresolved };
}

const REFERENCES = /\$\$\{|\$\{([^}]*)\}/g;

/**
 * A text with its references filled in; undefined when one leads nowhere. A text that is exactly one reference takes the
 * type of what it names. `$${` stands for `${` itself.
 */
export function substituteText(text: string, scope: Scope): Value | undefined {
  if (!text.includes('${')) return text;
  const alone = /^\$\{([^}]*)\}$/.exec(text)?.[1];
  if (alone !== undefined) return resolve(alone, scope);
  let complete = true;
  const filled = text.replace(REFERENCES, (match, name: string | undefined) => {
    if (name === undefined) return '${';
    const value = resolve(name, scope);
    if (value === undefined) complete = false;
    return value === undefined ? match : String(value);
  });
  return complete ? filled : undefined;
}

function resolve(name: string, { values, declared, env, tell }: Scope): Value | undefined {
  const reference = `\${${name}}`;
  if (name.startsWith('env:')) {
    const variable = name.slice('env:'.length);
    const value = Object.hasOwn(env, variable) ? env[variable] : undefined;
    if (value === undefined) {
      const what = `the environment variable "${variable}" is not set`;
      tell('SPEC_PARAMETER', what, `set it: export ${variable || 'NAME'}=VALUE`, reference);
    }
    return value;
  }
  if (Object.hasOwn(values, name)) return values[name];
  if (declared.includes(name)) return undefined;
  const near = nearest(name, declared);
  const fix =
    near === undefined
      ? `declare it under "parameters", or write "$${reference}" for the text itself`
      : `did you mean "\${${near}}"?`;
  tell('SPEC_UNKNOWN_PARAMETER', `"${reference}" refers to no parameter`, fix, reference);
  return undefined;
}
