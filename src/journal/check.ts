/**
 * Looks at a value that came from a file, and says what is wrong with it; undefined when nothing is. `at` is the way to
 * the field. `T` is what the value is then. Written by hand, since the schemas of the experiment language would cost every
 * command the time to load their library.
 */
export type Check<T> = ((value: unknown, at: string) => string | undefined) & { readonly _value?: T | undefined };

/** A check of every field, those that may be absent included. What else stands there is nobody's concern. */
export type Shape<E> = { readonly [K in keyof E]-?: Check<E[K]> };

/** @param expected What should stand there, such as `a text`. */
export const check =
  <T>(isSound: (value: unknown) => boolean, expected: string): Check<T> =>
  (value, at) =>
    isSound(value) ? undefined : `"${at}" is not ${expected}`;

export const optional =
  <T>(look: Check<T>): Check<T | undefined> =>
  (value, at) =>
    value === undefined ? undefined : look(value, at);

export const orNull =
  <T>(look: Check<T>): Check<T | null> =>
  (value, at) =>
    value === null ? undefined : look(value, at);

export const listOf =
  <T>(look: Check<T>): Check<readonly T[]> =>
  (value, at) =>
    Array.isArray(value)
      ? firstOf(value, (one: unknown, index) => look(one, within(at, String(index))))
      : `"${at}" is no list`;

export const mapOf =
  <T>(look: Check<T>): Check<Readonly<Record<string, T>>> =>
  (value, at) =>
    isMap(value) ? firstOf(Object.entries(value), ([key, one]) => look(one, within(at, key))) : `"${at}" is no mapping`;

export const shape =
  <E>(fields: Shape<E>): Check<E> =>
  (value, at) =>
    isMap(value)
      ? firstOf(Object.entries<Check<unknown>>(fields), ([key, look]) => look(value[key], within(at, key)))
      : `"${at}" is no mapping`;

function firstOf<T>(items: readonly T[], look: (item: T, index: number) => string | undefined): string | undefined {
  for (const [index, item] of items.entries()) {
    const wrong = look(item, index);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

const within = (at: string, key: string): string => (at === '' ? key : `${at}.${key}`);

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
