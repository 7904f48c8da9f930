import type { Standing } from '../kernel/define.ts';
import { facility, type Trouble, type TroubleFacts } from '../kernel/facility.ts';
import { canonicalJson } from '../kernel/json.ts';
import type { ReadPort } from '../kernel/ports.ts';
import { duration, integer } from '../kernel/schema.ts';

/** What restoring a trouble needs: its name, and whether somebody had already put one of that name in place. */
export type TroubleUndo = {
  readonly name: string;
  readonly trouble: Trouble;
  readonly wasThere: boolean;
  /** After so long the region itself ends it. */
  readonly expiresInMs: number;
};

/** Params that every trouble has. */
export const TROUBLE_PARAMS = {
  seed: integer({ doc: 'Decides which of the queries or calls are hit: the same seed, the same ones.' }).default(1),
  expiresAfter: duration({
    doc: 'The region itself ends the fault after this time, should nobody do so before.',
    min: '1s',
    max: '1d',
  }).prefault('15m'),
};

/** The trouble of a name as the region holds it now. Reads only. */
export async function findTrouble(
  name: string,
  host: ReadPort,
  signal: AbortSignal,
): Promise<TroubleFacts | undefined> {
  const { troubles } = await host.read(facility('DescribeTroubles', {}), signal);
  return troubles.find((one) => one.name === name);
}

export const setTrouble = ({ name, trouble, wasThere, expiresInMs }: TroubleUndo) =>
  wasThere ? [] : [facility('SetTrouble', { name, trouble, expiresInMs })];

export const removeTrouble = ({ name, wasThere }: TroubleUndo) =>
  wasThere ? [] : [facility('RemoveTrouble', { name })];

/** A trouble that is gone, by whatever hand or by its time, is restored. */
export async function compareTrouble(undo: TroubleUndo, host: ReadPort, signal: AbortSignal): Promise<Standing> {
  if (undo.wasThere) return { is: 'restored' };
  const now = await findTrouble(undo.name, host, signal);
  if (!now) return { is: 'restored' };
  const same = canonicalJson(now.trouble) === canonicalJson(undo.trouble);
  return same ? { is: 'harmed' } : { is: 'changed', how: `the region holds another trouble "${undo.name}"` };
}
