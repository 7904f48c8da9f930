import { Fault } from '../fault.ts';
import type { Holder } from './iam-state.ts';

/** Refuses to delete somebody who still has policies. */
export function requireWithoutPolicies({ inline, attached }: Holder): void {
  if (attached.length > 0) throw deleteConflict('Cannot delete entity, must detach all policies first.');
  if (Object.keys(inline).length > 0) throw deleteConflict('Cannot delete entity, must delete policies first.');
}

export const deleteConflict = (message: string): Fault => new Fault('DeleteConflict', message, 409);

/** Refuses a name that is taken, whatever its case. */
export function requireFree(things: readonly { readonly name: string }[], what: string, name: string): void {
  if (things.some((one) => one.name.toLowerCase() === name.toLowerCase())) {
    throw new Fault('EntityAlreadyExists', `${what} with name ${name} already exists.`, 409);
  }
}
