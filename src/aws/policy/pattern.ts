/** What is known of a request, by condition key. Keys are looked up whatever their case. */
export type Context = ReadonlyMap<string, readonly string[]>;

/** A context of keys and their values; those that are undefined are not there. */
export const contextOf = (keys: Readonly<Record<string, string | readonly string[] | undefined>>): Context =>
  new Map(
    Object.entries(keys).flatMap(([key, value]) =>
      value === undefined ? [] : [[key.toLowerCase(), typeof value === 'string' ? [value] : value] as const],
    ),
  );

/** Characters and wildcards. What a variable stands for is text, whatever it contains. */
type Token = { readonly is: 'text' | 'any' | 'one'; readonly text: string };

/**
 * Whether a text is of a pattern, in which `*` is any text and `?` any character. With a context, `${key}` stands for the
 * value of a key; a pattern whose key has no value, and no default, matches nothing. Takes time of the product of both
 * lengths at most.
 */
export function matches(pattern: string, text: string, context?: Context): boolean {
  const tokens = tokensOf(pattern, context);
  return tokens !== undefined && matchTokens(tokens, text);
}

/** The text that a pattern without wildcards stands for; undefined where a variable of it has no value. */
export const expand = (pattern: string, context: Context | undefined): string | undefined =>
  tokensOf(pattern, context)
    ?.map(({ text }) => text)
    .join('');

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html */
function tokensOf(pattern: string, context: Context | undefined): readonly Token[] | undefined {
  const tokens: Token[] = [];
  const parts = context ? pattern.split(/(\$\{[^}]*\})/) : [pattern];
  for (const part of parts) {
    if (context && part.startsWith('${')) {
      const value = variable(part.slice(2, -1), context);
      if (value === undefined) return undefined;
      for (const text of value) tokens.push({ is: 'text', text });
    } else {
      for (const text of part) tokens.push({ is: text === '*' ? 'any' : text === '?' ? 'one' : 'text', text });
    }
  }
  return tokens;
}

function variable(named: string, context: Context): string | undefined {
  if (['*', '?', '$'].includes(named)) return named;
  const [, key = '', fallback] = /^\s*([^,]*?)\s*(?:,\s*'(.*)'\s*)?$/.exec(named) ?? [];
  const values = context.get(key.toLowerCase());
  return values?.length === 1 ? values[0] : fallback;
}

function matchTokens(tokens: readonly Token[], text: string): boolean {
  const characters = [...text];
  let [token, at] = [0, 0];
  let again: { token: number; at: number } | undefined;
  while (at < characters.length) {
    const { is, text: wanted } = tokens[token] ?? {};
    if (is === 'any') {
      again = { token: ++token, at };
    } else if (is === 'one' || (is === 'text' && wanted === characters[at])) {
      [token, at] = [token + 1, at + 1];
    } else if (again) {
      again = { token: again.token, at: again.at + 1 };
      ({ token, at } = again);
    } else {
      return false;
    }
  }
  return tokens.slice(token).every(({ is }) => is === 'any');
}
