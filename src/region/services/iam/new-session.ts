import type { Tags } from '../state.ts';
import { randomDigits } from '../step.ts';
import type { Role, Session } from './iam-state.ts';
import { newKey } from './names.ts';

/** Temporary credentials of a role. */
export function newSession(
  { id: roleId }: Role,
  given: {
    readonly name: string;
    readonly tags: Tags;
    readonly policies?: readonly string[];
    readonly nowMs: number;
    readonly random: () => number;
  },
): Session {
  const { name, tags, policies, nowMs, random } = given;
  const { id: accessKeyId, secret } = newKey('ASIA', random);
  const token = randomDigits(random, 64, 36);
  return { accessKeyId, secret, token, roleId, name, tags, issuedMs: nowMs, ...(policies && { policies }) };
}
