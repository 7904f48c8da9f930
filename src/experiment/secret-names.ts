/**
 * Whether the name of a value says that it is nobody else's business: `API_TOKEN`, `dbPassword`, `X-Api-Key`, `SSH_KEY`,
 * `Authorization`. Names are read word by word, however they are joined. The README states the rule.
 */
export function soundsSecret(name: string): boolean {
  const words = wordsOf(name);
  const last = words.at(-1) ?? '';
  if (MEASURES.has(last) || MEASURES.has(words[0] ?? '')) return false;
  if (ANYWHERE.test(name) || JOINED.test(last)) return true;
  while (words.length > 1 && CARRIERS.has(words.at(-1) ?? '')) words.pop();
  const [before, word = ''] = [words.at(-2), words.at(-1)];
  // PWD alone is the working folder of every shell.
  if (word === 'pwd') return before !== undefined;
  if (word === 'key') return before !== undefined && !OPEN_KEYS.has(before);
  return AT_THE_END.has(word);
}

/** Whether a value that has such a name only sets something: `AUTH: none`, `SESSION_COOKIE: true`. */
export const isSetting = (value: string): boolean => SETTINGS.has(value.trim().toLowerCase());

/** `dbPass2`, `DB_PASS`, `db-pass` and `DBPass` are the words `db` and `pass`. */
const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '');

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** Unmistakable wherever they stand, also inside of a longer word. */
const ANYWHERE = /token|secret|passw(or)?d|passphrase|credential|api[_-]?key|private[_-]?key|access[_-]?key/i;
/** The same as one word, which no rule of writing takes apart. */
const JOINED = /^((ssh|auth|master|signing|encryption|account)key|(ssh|db|pg|user|root|smtp|mysql|redis)(pass|pwd))$/;
/** Secret where the name ends with them: `SESSION` is, `SESSION_STORE` is not. */
const AT_THE_END = setOf(
  'pass passcode pw cred creds auth authorization bearer jwt otp session sid cookie cookies salt pepper signature sig',
);
/** What may follow without making it something else. */
const CARRIERS = setOf('id value header string data raw json pem base');
/** A key of any other kind opens something. */
const OPEN_KEYS = setOf(
  'public partition primary sort foreign routing cache shard row object hash range index lookup group tag map ordering',
);
/** How many, how long or of which kind: never the secret itself. */
const MEASURES = setOf(
  'ttl timeout count limit max min length size rounds age expiry expires lifetime seconds minutes ms enabled required mode',
);
const SETTINGS = setOf(
  'true false yes no on off none null nil undefined enabled disabled default auto required optional anonymous ' +
    'basic bearer digest oauth oauth2 oidc saml ldap kerberos jwt iam mtls',
);
