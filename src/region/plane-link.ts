import type { Observed, PlaneRequests } from './contract.ts';
import type { RegionEnvironment } from './plane/supervisor/environment.ts';
import type { StartFailure } from './plane/supervisor/unit.ts';

/** The messages between the two processes of a region. */

/** What the data plane needs to know before anything else: its first message. */
export interface PlaneConfig {
  readonly nameServers: number;
  readonly environment: Omit<RegionEnvironment, 'resolver'>;
  /** The folder of what its instances keep. Absolute. */
  readonly disks: string;
  /** Where an earlier data plane of this region listened. */
  readonly ports?: WishedPorts;
}

/** Ports of 127.0.0.1 to listen on as far as they are free. */
export interface WishedPorts {
  readonly resolver?: number;
  readonly nameServers: readonly number[];
  /** Of load balancers, by name. */
  readonly balancers: Readonly<Record<string, number>>;
}

export type PlaneRequestName = keyof PlaneRequests;

export type ToPlane =
  | { readonly type: 'start'; readonly config: PlaneConfig }
  | { readonly type: 'request'; readonly id: number; readonly name: PlaneRequestName; readonly input: unknown };

export type FromPlane =
  | { readonly type: 'facts'; readonly facts: readonly Observed[] }
  | { readonly type: 'start-failure'; readonly failure: StartFailure }
  | { readonly type: 'reply'; readonly id: number; readonly output: unknown }
  | { readonly type: 'error'; readonly id: number; readonly message: string };
