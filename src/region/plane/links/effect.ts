import type { LinkEnd } from '../../../kernel/facility.ts';
import type { Desired } from '../../contract.ts';
import { OUTSIDE_ADDRESS, verdictOn } from '../../network.ts';

/** Who opens connections: someone outside the region, or something inside a zone, if it is an instance, which. */
export type Caller =
  | { readonly kind: 'outside' }
  | { readonly kind: 'inside'; readonly zoneId: string; readonly instanceId?: string; readonly address: string };

/** What can be connected to: an instance, or the node of a load balancer (which has no `instanceId`). */
export interface Place {
  readonly zoneId: string;
  readonly instanceId?: string;
  readonly address: string;
  readonly port: number;
}

/**
 * What happens to the bytes of a link at this moment. `dark`: an end of it has no power. It is like `freeze` while it
 * lasts, except that nothing of what was held survives its end.
 */
export interface Effect {
  readonly mode: 'open' | 'freeze' | 'blackhole' | 'partition' | 'reset' | 'dark';
  /** Added to each direction. */
  readonly latencyMs: number;
  readonly jitterMs: number;
  /** A security group lets no new connection in. Those that it let in once live on. */
  readonly closed: boolean;
}

export type LinkRules = Pick<Desired, 'zones' | 'network' | 'toxics'>;

/** From least to most: the worst of all that apply is what a link suffers; latencies add up. */
const MODES = ['open', 'freeze', 'blackhole', 'partition', 'reset', 'dark'] as const;

/**
 * What the rules do to the link from a caller to a place. Pure. Packets that a network ACL drops are sent again by TCP
 * until they pass or somebody gives up, so a link that it cuts is frozen.
 */
export function effectOn(rules: LinkRules, from: Caller, to: Place): Effect {
  let worst = 0;
  let latencyMs = 0;
  let jitterMs = 0;
  const dark = rules.zones.filter(({ power }) => power === 'off').map(({ zoneId }) => zoneId);
  const source = from.kind === 'inside' ? from.address : OUTSIDE_ADDRESS;
  const verdict = verdictOn(rules.network, source, to.address, to.port);
  if (verdict === 'dropped') worst = 1;
  if (dark.includes(to.zoneId) || (from.kind === 'inside' && dark.includes(from.zoneId))) worst = 5;
  for (const { from: origin, to: destination, toxic } of rules.toxics) {
    if (!isAt(origin, from) || !isAt(destination, { kind: 'inside', ...to })) continue;
    if (toxic.kind === 'latency') {
      latencyMs += toxic.ms;
      jitterMs += toxic.jitterMs ?? 0;
    } else worst = Math.max(worst, MODES.indexOf(toxic.kind));
  }
  return { mode: MODES[worst] ?? 'open', latencyMs, jitterMs, closed: verdict === 'closed' };
}

function isAt(end: LinkEnd, who: Caller): boolean {
  if (end === '*') return true;
  if (who.kind === 'outside') return end === 'outside';
  return end === `zone:${who.zoneId}` || (who.instanceId !== undefined && end === `instance:${who.instanceId}`);
}
