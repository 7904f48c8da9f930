import { type Attestation, defineMeans, type Means } from '../../kernel/define.ts';
import type { ApiTrouble } from '../../kernel/facility.ts';
import type { ReadPort } from '../../kernel/ports.ts';
import { type Fields, type Infer, integer, share } from '../../kernel/schema.ts';
import {
  compareTrouble,
  findTrouble,
  removeTrouble,
  setTrouble,
  TROUBLE_PARAMS,
  type TroubleUndo,
} from '../trouble.ts';
import { type ApiOperation, apiOperation } from './api-operation.ts';

/** Params of every fault at the door. */
export const API_PARAMS = {
  share: share({ doc: 'The share of calls that is hit.' }).prefault('100%'),
  times: integer({ doc: 'So many calls are hit, then all pass. Default: no end.', min: 1 }).optional(),
  ...TROUBLE_PARAMS,
};
type ApiParams = Infer<typeof API_PARAMS>;

export const MANUAL_API_RECOVERY =
  'Nothing is needed: the region ends it after "expiresAfter"; "chaos recover" ends it at once.';

/**
 * A means that lets calls fail at the region's door. The calls of this tool pass, so that it can look and restore;
 * hence what is hit is counted by the door, and not tried.
 */
export const apiMeans =
  <const P extends Fields>(params: P, kind: string) =>
  (
    what: (service: string, params: Infer<P>) => Pick<ApiTrouble, 'does' | 'error' | 'delayMs'>,
  ): Means<P, ApiOperation, TroubleUndo> =>
    defineMeans(params)({
      target: apiOperation,
      fidelity:
        'Any client gets it over the wire, in the protocol of the service; the calls of this tool pass, so that it ' +
        'can observe and restore.',
      landsWithinMs: 5_000,
      restoresWithinMs: 10_000,

      async capture({ service, operation }: ApiOperation, given, host, signal): Promise<TroubleUndo> {
        const { share: hit, seed, times, expiresAfter } = given as unknown as ApiParams;
        const name = `${kind} ${service}:${operation ?? '*'}`;
        const wasThere = (await findTrouble(name, host, signal)) !== undefined;
        const trouble: ApiTrouble = {
          at: 'api',
          service,
          ...(operation !== null && { operation }),
          share: hit,
          seed,
          ...(times !== undefined && { times }),
          ...what(service, given),
        };
        return { name, trouble, wasThere, expiresInMs: expiresAfter };
      },
      steps: (_target, _params, undo) => setTrouble(undo),
      restore: removeTrouble,
      compare: compareTrouble,
      attest,
    });

async function attest(undo: TroubleUndo, host: ReadPort, signal: AbortSignal): Promise<Attestation> {
  const now = undo.wasThere ? undefined : await findTrouble(undo.name, host, signal);
  const evidence = now
    ? `the door has it; ${now.concerned === 0 ? 'no call that it concerns has come yet' : `of ${now.concerned} calls that it concerned ${now.met} were hit`}`
    : `the door does not have "${undo.name}"`;
  return { bites: now !== undefined, level: 'control plane', evidence };
}
