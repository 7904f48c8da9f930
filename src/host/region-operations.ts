import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { ChaosError } from '../kernel/errors.ts';
import type { ServiceOperations } from '../kernel/service-operations.ts';
import { cleanEnvironment } from './environment.ts';
import { programPath } from './paths.ts';

const WITHIN_MS = 30_000;
const MOST_BYTES = 16 << 20;

/** Asks the region program what it can do, without starting a region. */
export async function readRegionOperations(): Promise<readonly ServiceOperations[]> {
  const program = programPath('region');
  if (!existsSync(program)) {
    const fix = 'run "npm run build"';
    throw new ChaosError({ code: 'REGION_START', what: `"${program}" is missing`, fix });
  }
  const options = { env: cleanEnvironment(), timeout: WITHIN_MS, maxBuffer: MOST_BYTES };
  const { stdout } = await promisify(execFile)(process.execPath, [program, 'operations'], options);
  return JSON.parse(stdout) as readonly ServiceOperations[];
}
