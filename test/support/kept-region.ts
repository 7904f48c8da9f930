import { openEmbedded } from '../../src/host/embedded.ts';
import { readRegionFile } from '../../src/host/region-file.ts';
import type { WritePort } from '../../src/kernel/ports.ts';

/** A port of the test's own to a region that the command line keeps under a home. */
export async function connectTo(home: string, name: string): Promise<WritePort> {
  const file = await readRegionFile(home, name);
  if (!file) throw new Error(`no region "${name}" under ${home}`);
  return openEmbedded(file);
}
