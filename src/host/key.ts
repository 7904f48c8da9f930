import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { link, mkdir, open, realpath, rm, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import path from 'node:path';
import { ChaosError } from '../kernel/errors.ts';
import { canonicalJson } from '../kernel/json.ts';
import type { Seal } from '../kernel/ports.ts';

/** The key of this user, or why there is none. */
export type KeyFound = { readonly key: Buffer } | { readonly key?: never; readonly why: string };

type Environment = Readonly<Record<string, string | undefined>>;

const BYTES = 32;

/**
 * The key with which this user's runs are sealed: 32 random bytes outside of every project, in the folder `chaos` of
 * XDG_STATE_HOME or `~/.local/state`. Made at first use: however many processes do so at once, they agree on one. Where
 * none can be kept, as without a home, it says why.
 * @throws ChaosError SAFETY_KEY when there is one that cannot be relied on: it is damaged, or somebody else's too.
 */
export async function ownKey(environment: Environment = process.env): Promise<KeyFound> {
  const found = await findKey(environment);
  const places = placesOf(environment);
  if (found.key || !places) return found;
  try {
    await makeKey(places);
  } catch (error) {
    return { why: `no key can be kept in "${places.folder}" (${codeOf(error)})` };
  }
  return findKey(environment);
}

/** The same, of a key that exists already. @throws ChaosError SAFETY_KEY */
export async function findKey(environment: Environment = process.env): Promise<KeyFound> {
  const places = placesOf(environment);
  if (!places) return { why: 'there is no home for a key: neither HOME nor XDG_STATE_HOME names a folder' };
  const { folder, file } = places;
  try {
    const text = await readPrivate(folder, file);
    if (!/^[0-9a-f]{64}\n$/.test(text)) throw unsound(file, 'is damaged');
    return { key: Buffer.from(text, 'hex') };
  } catch (error) {
    if (error instanceof ChaosError) throw error;
    return { why: `there is no key "${file}" (${codeOf(error)})` };
  }
}

/** A key for want of a better one: it lives as long as this process and those that it is handed to. */
export const passingKey = (): Buffer => randomBytes(BYTES);

/**
 * What seals the record of one run: bound to its id and to the folder that holds it, so that what was sealed for one run
 * is good for no other, and not elsewhere. Good enough to be handed to the watchdog of that run. Hexadecimal.
 */
export const runKey = (key: Buffer, home: string, runId: string): Promise<string> =>
  derived(key, 'chaos run', home, runId);

/** The same for the region of that name under that folder. */
export const regionKey = (key: Buffer, home: string, name: string): Promise<string> =>
  derived(key, 'chaos region', home, name);

async function derived(key: Buffer, what: string, home: string, id: string): Promise<string> {
  const place = await realpath(home).catch(() => path.resolve(home));
  return createHmac('sha256', key)
    .update(canonicalJson([what, 1, place, id]))
    .digest('hex');
}

/** The seal that a derived key makes: HMAC-SHA256, hexadecimal. */
export const sealWith =
  (key: string): Seal =>
  (text) =>
    createHmac('sha256', Buffer.from(key, 'hex')).update(text).digest('hex');

interface Places {
  /** The folders that lead to it, and may have to be made. */
  readonly above: readonly string[];
  readonly folder: string;
  readonly file: string;
}

/** Relative paths are ignored, as the specification of XDG_STATE_HOME demands: they would lead into the project. */
function placesOf({ XDG_STATE_HOME = '', HOME = homeOfAccount() }: Environment): Places | undefined {
  const isGiven = path.isAbsolute(XDG_STATE_HOME);
  if (!isGiven && !path.isAbsolute(HOME)) return undefined;
  const state = isGiven ? XDG_STATE_HOME : path.join(HOME, '.local', 'state');
  const folder = path.join(state, 'chaos');
  return { above: isGiven ? [state] : [path.dirname(state), state], folder, file: path.join(folder, 'key') };
}

/** In a container, a user may have no account, and so no home. */
function homeOfAccount(): string {
  try {
    return userInfo().homedir;
  } catch {
    return '';
  }
}

/**
 * The file appears whole under its name, or not at all, and never in the place of another. What leads to it is made level
 * by level: the recursive form never returns where a folder says that it does not exist, as below /proc.
 */
async function makeKey({ above, folder, file }: Places): Promise<void> {
  for (const level of [...above, folder]) await mkdir(level, { mode: 0o700 }).catch(unless('EEXIST'));
  const draft = `${file}.${randomUUID()}`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(`${randomBytes(BYTES).toString('hex')}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(draft, file).catch(unless('EEXIST'));
  } finally {
    await rm(draft, { force: true });
  }
}

const NO_LINKS = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** The text of a file that nobody else can have read or written. @throws ChaosError SAFETY_KEY */
async function readPrivate(folder: string, file: string): Promise<string> {
  const around = await stat(folder);
  if (!isOwn(around)) throw unsound(folder, 'belongs to another user');
  if ((around.mode & 0o022) !== 0) throw unsound(folder, 'can be written by others');
  const handle = await open(file, constants.O_RDONLY | NO_LINKS).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ELOOP' ? unsound(file, 'is a symbolic link') : error;
  });
  try {
    const facts = await handle.stat();
    if (!facts.isFile()) throw unsound(file, 'is no file');
    if (!isOwn(facts)) throw unsound(file, 'belongs to another user');
    if ((facts.mode & 0o077) !== 0) throw unsound(file, 'can be read or written by others');
    if (facts.size !== 2 * BYTES + 1) throw unsound(file, 'is damaged');
    return await handle.readFile('latin1');
  } finally {
    await handle.close();
  }
}

/** Systems without user ids have no modes either. */
const isOwn = ({ uid }: { uid: number }): boolean => process.getuid === undefined || uid === process.getuid();

const unsound = (what: string, why: string) =>
  new ChaosError({
    code: 'SAFETY_KEY',
    what: `"${what}" ${why}, so the key that seals the records of your runs cannot be relied on`,
    fix:
      `remove "${what}" or, if you may not, set XDG_STATE_HOME to a folder of your own: the next run makes a new key, ` +
      'and what earlier ones left is recovered with "chaos recover RUN --trust-commands"',
  });

const unless = (code: string) => (error: unknown) => {
  if (codeOf(error) !== code) throw error;
};

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);
