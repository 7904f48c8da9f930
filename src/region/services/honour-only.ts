import { Fault } from './fault.ts';

/** Refuses what a request asks for beyond what is honoured here: to ignore it would do something else than asked. */
export function honourOnly(input: object, honoured: readonly string[]): void {
  const beyond = Object.entries(input).find(([name, value]) => value !== undefined && !honoured.includes(name));
  if (beyond) throw new Fault('UnsupportedOperation', `The region does not honour "${beyond[0]}".`, 400);
}
