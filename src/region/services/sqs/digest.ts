import { createHash } from 'node:crypto';
import type { Message } from './queue.ts';

/** MD5 as clients compute it of what they sent, in digits. */
export const md5Of = (content: string | Buffer): string => createHash('md5').update(content).digest('hex');

/**
 * MD5 of message attributes; undefined when there are none.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
export function md5OfAttributes(attributes: Message['attributes']): string | undefined {
  const names = Object.keys(attributes).sort((a, b) => (a < b ? -1 : 1));
  if (names.length === 0) return undefined;
  const parts = names.flatMap((name) => {
    const { type, text, bytes } = attributes[name] ?? { type: '' };
    const value = bytes === undefined ? Buffer.from(text ?? '') : Buffer.from(bytes, 'base64');
    return [sized(name), sized(type), Buffer.from([bytes === undefined ? 1 : 2]), sized(value)];
  });
  return md5Of(Buffer.concat(parts));
}

/** Four bytes that say how long what follows is. */
function sized(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
