import { randomUUID } from 'node:crypto';
import { lstat, mkdir, open, readFile, rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';

/** A file that is to be there, with what is to be in it. The path is absolute. */
export interface NewFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What is in its place: nothing, the very same bytes, another file, or something that is no file. */
export type InPlace = 'nothing' | 'the same' | 'another' | 'no file';

export async function inPlaceOf({ path: file, bytes }: NewFile): Promise<InPlace> {
  const found = await lstat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!found) return 'nothing';
  if (!found.isFile()) return 'no file';
  if (found.size !== bytes.length) return 'another';
  return Buffer.compare(await readFile(file), bytes) === 0 ? 'the same' : 'another';
}

/**
 * Writes all of the files, or none: when one of them fails, what was written before it is taken away again, folders
 * included, and what was replaced is put back. A file is replaced only if it is said to be; one that appeared meanwhile
 * makes it fail with EEXIST. Errors are those of the system.
 */
export async function placeFiles(files: readonly (NewFile & { readonly replaces: boolean })[]): Promise<void> {
  const undo: (() => Promise<unknown>)[] = [];
  const drafts: { readonly draft: string; readonly file: string }[] = [];
  try {
    for (const { path: file, bytes, replaces } of files) {
      await makeFolder(path.dirname(file), undo);
      const written = replaces ? `${file}.${randomUUID()}` : file;
      await create(written, bytes, undo);
      if (replaces) drafts.push({ draft: written, file });
    }
    // A disk that is full has said so by now.
    const kept = drafts.map(({ file }) => `${file}.${randomUUID()}`);
    for (const [k, { draft, file }] of drafts.entries()) {
      const old = kept[k] ?? '';
      await rename(file, old);
      undo.push(() => rename(old, file));
      await rename(draft, file);
    }
    for (const old of kept) await rm(old, { force: true }).catch(() => undefined);
  } catch (error) {
    for (const step of undo.reverse()) await step().catch(() => undefined);
    throw error;
  }
}

async function makeFolder(folder: string, undo: (() => Promise<unknown>)[]): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = first; ; made = path.join(made, path.relative(made, folder).split(path.sep)[0] ?? '')) {
    undo.push(() => rmdir(made));
    if (made === folder) return;
  }
}

async function create(file: string, bytes: Uint8Array, undo: (() => Promise<unknown>)[]): Promise<void> {
  const handle = await open(file, 'wx');
  undo.push(() => rm(file, { force: true }));
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
