import { CallError } from '../kernel/errors.ts';

const THROTTLED =
  /Throttl|RequestLimitExceeded|TooManyRequests|SlowDown|PriorRequestNotComplete|BandwidthLimitExceeded/i;
/** The request never left: it cannot have taken effect. */
const NEVER_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EMFILE', 'ENFILE'];
/** The request left, or part of it, and no answer came. */
const NO_ANSWER = [
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'TimeoutError',
  'AbortError',
  'RequestAbortedError',
  'UND_ERR_SOCKET',
];

/** What an SDK call failed with, in our words: whether a repeat may help, and whether it may have taken effect. */
export function callErrorOf(error: unknown): CallError {
  if (error instanceof CallError) return error;
  const { name, message, Code, code, $metadata } = error as {
    name?: string;
    message?: string;
    Code?: string;
    code?: string;
    $metadata?: { httpStatusCode?: number };
  };
  const status = $metadata?.httpStatusCode;
  const what = Code ?? (status === undefined ? (code ?? name) : name) ?? 'Unknown';
  const text = message || what;
  // Refusals for now, although EC2 answers the second with 500: neither has taken effect.
  if (THROTTLED.test(what) || what === 'InsufficientInstanceCapacity')
    return new CallError(what, text, { retryable: true });
  if (status !== undefined && status >= 500 && status !== 501) {
    return new CallError(what, text, { retryable: true, ambiguous: true });
  }
  if (status !== undefined) return new CallError(what, text);
  return networkError(what, text);
}

/** A failure below the protocol, by the code of the system. */
export function networkError(code: string, message: string): CallError {
  if (NEVER_SENT.includes(code)) return new CallError(code, message, { retryable: true });
  const noAnswer = NO_ANSWER.includes(code);
  return new CallError(code, message, { retryable: noAnswer, ambiguous: true });
}
