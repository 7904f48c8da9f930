import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';

/** The folders in which instances keep what is to outlive their processes: as a volume does, until they are terminated. */
export interface Disks {
  /** The folder of an instance, which is there from now on, for nobody else to read. */
  of(instanceId: string): Promise<string>;
  remove(instanceId: string): Promise<void>;
}

export function disksIn(folder: string): Disks {
  const place = (instanceId: string) => path.join(folder, instanceId);
  return {
    async of(instanceId) {
      await mkdir(place(instanceId), { recursive: true, mode: 0o700 });
      return place(instanceId);
    },
    // What still writes there is being killed: a file more or less is tried again.
    remove: (instanceId) => rm(place(instanceId), { recursive: true, force: true, maxRetries: 5 }).catch(() => {}),
  };
}
