import { userInfo } from 'node:os';

/** Who runs this program: his name, or his number where the machine has no name for him, as in many containers. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}

/** The number of who runs this program; -1 where users have none. */
export const userId = (): number => process.getuid?.() ?? -1;
