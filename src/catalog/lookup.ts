import type { Fault, Probe } from '../kernel/define.ts';
import { catalog } from './index.ts';

/** Loads the fault of that id; undefined when there is none. */
export const findFault = async (id: string): Promise<Fault | undefined> =>
  catalog.faults.find((entry) => entry.id === id)?.load();

/** Loads the probe of that id; undefined when there is none. */
export const findProbe = async (id: string): Promise<Probe | undefined> =>
  catalog.probes.find((entry) => entry.id === id)?.load();
