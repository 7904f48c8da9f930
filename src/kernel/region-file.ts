import type { Blueprint } from './blueprint.ts';
import type { Problem } from './errors.ts';
import { canonicalJson } from './json.ts';
import type { Address } from './ports.ts';

/** How a region that runs is reached: `<home>/regions/<name>/region.json`, readable by its owner alone. */
export interface RegionFile {
  readonly name: string;
  /** The AWS endpoint and the facility: `http://127.0.0.1:PORT`. */
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
  /** Made anew at every boot without saved state: data that it was started from keep it. */
  readonly instance: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** The caching resolver. */
  readonly dns: Address;
  readonly loadBalancers: readonly { readonly name: string; readonly dnsName: string; readonly url: string }[];
  /** The region program itself, with the start time that tells it from a later process of that number. */
  readonly pid: number;
  readonly startTime: string;
  readonly folder: string;
  /** Where its state is kept, if it outlives the region. Absolute. */
  readonly data?: string;
  /** Shows that a user's own tool started it there under that name: only then is it killed. See `sealedText`. */
  readonly seal?: string;
}

/** What the seal of a region stands for: all that its file says, save where it lies, which has many names. */
export const sealedText = ({ seal: _seal, folder: _folder, ...facts }: RegionFile): string => canonicalJson(facts);

/** What of the folder of a region is of nobody once it has ended: what it keeps with its data does not lie there. */
export const GOES_WITH_REGION = ['disks', 'scripts', 'snapshots'] as const;

/** What the region program is told: one line of JSON on its standard input. */
export interface RegionConfig {
  readonly blueprint: Blueprint;
  readonly name: string;
  /** Holds `region.json`, the logs of the instances and the working folders. Absolute; exists. */
  readonly folder: string;
  /** Whether it outlives its starter. Otherwise it ends when its standard input does. */
  readonly keep: boolean;
  /** What seals its file, hexadecimal; absent where the user can keep no key. */
  readonly sealKey?: string;
  /** Where its state is kept, and gone on from if there is one. Absolute; its lock is taken for this region. */
  readonly data?: string;
  /** `control`: the AWS endpoint alone, no instance is started and nothing listens for their traffic. */
  readonly parts: 'all' | 'control';
}

/** What the region program says once, as one line of JSON on its standard output. */
export type RegionReply =
  | { readonly ready: true; readonly notes?: readonly string[] }
  /** Why it did not start, with the last lines of the instances that are to blame. */
  | { readonly failed: string; readonly logs?: readonly string[]; readonly problems?: readonly Problem[] };

/** Whose data lie in a folder: what is known of a region that does not run. Readable by its owner alone. */
export interface RegionDataHeader {
  readonly v: 1;
  readonly name: string;
  readonly instance: string;
  /** What the data were begun with; later it is not read again. */
  readonly blueprint: Blueprint;
}

/** The file that holds it. */
export const DATA_HEADER = 'region-data.json';
