import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/**
 * The bytes of a regular file, of which at most one more than `limit` are read: whoever asks sees that it is too long. A
 * device or a pipe is not read at all, because it may never end. Errors are those of the system, and one that says
 * `NOT_A_FILE`.
 */
export async function readBounded(file: string, limit: number): Promise<Uint8Array> {
  // Opening a pipe that nobody writes to would wait for a writer.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = await handle.stat();
    if (found.isDirectory()) throw failure('EISDIR', `"${file}" is a folder`);
    if (!found.isFile()) throw failure('NOT_A_FILE', `"${file}" is a device or a pipe`);
    const bytes = new Uint8Array(limit + 1);
    let size = 0;
    while (size < bytes.length) {
      const { bytesRead } = await handle.read(bytes, size, bytes.length - size, size);
      if (bytesRead === 0) break;
      size += bytesRead;
    }
    return bytes.subarray(0, size);
  } finally {
    await handle.close();
  }
}

const failure = (code: string, message: string) => Object.assign(new Error(message), { code });
