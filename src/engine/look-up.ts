import type { Call, LookUp } from '../kernel/call.ts';
import { CallError } from '../kernel/errors.ts';
import type { Json } from '../kernel/json.ts';
import type { ReadPort } from '../kernel/ports.ts';

/**
 * The call with every member that had to be looked up; undefined when one is not there and the call has nothing to do.
 * @throws CallError when one is not there and the call needs it.
 */
export async function lookUp(
  { lookUps = [], ...call }: Call,
  port: Pick<ReadPort, 'read'>,
  signal: AbortSignal,
): Promise<Call | undefined> {
  let input = call.input;
  for (const wanted of lookUps) {
    const value = valueAt(await port.read(wanted.call, signal), wanted.path);
    if (value === undefined) {
      if (wanted.optional) return undefined;
      const { service, operation } = wanted.call;
      const why = `${service}:${operation} told no ${wanted.member} for ${call.operation}`;
      // What was just made may not be seen at once.
      throw new CallError('NOT_FOUND', why, { retryable: true });
    }
    input = { ...input, [wanted.member]: wanted.asList ? [value] : value };
  }
  return { ...call, input };
}

function valueAt(answer: unknown, path: LookUp['path']): Json | undefined {
  const value = path.reduce<unknown>(
    (at, key) => (at !== null && typeof at === 'object' ? (at as Record<string | number, unknown>)[key] : undefined),
    answer,
  );
  return value as Json | undefined;
}
