import { leftHarmed } from '../../src/engine/judge.ts';
import type { Entry } from '../../src/journal/entries.ts';
import { describeCall } from '../../src/kernel/call.ts';
import type { Case } from './cases.ts';
import type { Played } from './simulate.ts';

/** What may differ after a run, and what the run said of it. Every text is a violation of a promise. */
export function violations(one: Case, played: Played): readonly string[] {
  const { before, afterRun, outcome, sim, entries, trespasses } = played;
  const found: string[] = [];
  const meddled =
    one.meddling === undefined ? [] : one.meddling.what === 'terminate' ? ['store-a1'] : ['store.shop.example. A'];
  const allowed = (listed: readonly string[]) => [...meddled, ...spent(entries), ...listed];

  if (afterRun !== undefined && outcome !== undefined && outcome !== 'dirty') {
    const until = entries.findIndex((entry) => entry.type === 'run-ended');
    const then = leftHarmed(entries.slice(0, until + 1));
    for (const what of differences(before, afterRun, allowed([])))
      found.push(`${outcome}, but ${what} is not as before`);
    if (then.length > 0) found.push(`${outcome}, but the journal lists ${then.join(', ')} as harmed`);
  }
  const after = played.finalState;
  const listed = leftHarmed(entries);
  for (const what of differences(before, after, allowed(listed))) {
    found.push(`${what} is not as before, and the journal does not list it as dirty (listed: ${listed.join(', ')})`);
  }
  if (listed.length > 0 && one.meddling === undefined) found.push(`a calm recovery left ${listed.join(', ')}`);
  // Programs of the author's are no calls to the account: one that was about to be run may be run late, and is undone.
  const unavoidable = one.stop && 'atEffect' in one.stop ? 1 : 0;
  const [programs, calls] = [true, false].map((is) => trespasses.filter((call) => call.startsWith('command:') === is));
  if (calls?.length !== 0) found.push(`the account took ${calls?.join(', ')} of a run that was deposed`);
  if ((programs?.filter((call) => harmsIn(entries).has(call)).length ?? 0) > unavoidable)
    found.push(`after the watchdog had taken over, the run ran ${programs?.join(', ')}`);
  if (outcome === 'held' && !entries.some((entry) => entry.type === 'attested' && entry.attestation.bites)) {
    if (entries.some((entry) => entry.type === 'captured' && entry.means !== 'command'))
      found.push('held, and nothing bit');
  }
  found.push(
    ...lateEnds(one, played),
    ...disorders(entries),
    ...unverified(entries),
    ...commandsLeft(
      entries,
      sim.recorded.map(({ call }) => call.input),
    ),
  );
  return found;
}

/** A process that nobody stops, deposes or kills ends its run no later than the plan says. */
function lateEnds({ stop }: Case, { outcome, entries }: Played): readonly string[] {
  const planned = entries.find((entry) => entry.type === 'planned');
  const ended = entries.find((entry) => entry.type === 'run-ended');
  if (stop || outcome === undefined || planned?.type !== 'planned' || !ended) return [];
  const [tookMs, atMostMs = 0] = [Date.parse(ended.at) - Date.parse(planned.at), planned.atMostMs];
  return tookMs <= atMostMs ? [] : [`it took ${tookMs} ms, and the plan said at most ${atMostMs} ms`];
}

/** The calls that harm, as text. */
const harmsIn = (entries: readonly Entry[]): ReadonlySet<string> =>
  new Set(entries.flatMap((entry) => (entry.type === 'injecting' ? entry.calls.map(describeCall) : [])));

/** The undo is recorded before anything is sent; what is said to be restored was recorded as being restored. */
function disorders(entries: readonly Entry[]): readonly string[] {
  const seen = new Map<string, Set<string>>();
  const found: string[] = [];
  const needs: Partial<Record<Entry['type'], string>> = {
    injecting: 'captured',
    injected: 'injecting',
    attested: 'injected',
    reverting: 'captured',
    reverted: 'reverting',
  };
  for (const entry of entries) {
    if (!('injection' in entry)) continue;
    const before = seen.get(entry.injection) ?? new Set();
    seen.set(entry.injection, before.add(entry.type));
    const need = needs[entry.type];
    if (need !== undefined && !before.has(need)) found.push(`${entry.injection}: ${entry.type} without ${need}`);
  }
  return found;
}

/** What is said to be restored was seen not to bite any more. Of a command nobody but its author can see that. */
function unverified(entries: readonly Entry[]): readonly string[] {
  const seen = new Set(
    entries.flatMap((entry) => (mustBeSeen(entry) && 'injection' in entry ? [entry.injection] : [])),
  );
  const begun = new Set<string>();
  return entries.flatMap((entry) => {
    // A process that wakes after a takeover may announce late what was closed as never begun.
    if (entry.type === 'injecting') begun.add(entry.injection);
    if (entry.type !== 'reverted' || !seen.has(entry.injection) || !begun.has(entry.injection)) return [];
    if (entry.how !== 'restored' && entry.how !== 'already') return [];
    return entry.verified?.bites === false ? [] : [`${entry.injection}: ${entry.how}, and nobody saw that it is`];
  });
}

const mustBeSeen = (entry: Entry) =>
  entry.type === 'captured' && entry.reversal === 'reverts' && entry.means !== 'command';

/** A program that was run was followed by its undo. */
function commandsLeft(
  entries: readonly Entry[],
  inputs: readonly { readonly [key: string]: unknown }[],
): readonly string[] {
  const run = inputs.flatMap(({ command }) => (Array.isArray(command) ? [command.join(' ')] : []));
  const broken = run.filter((command) => command.startsWith('break'));
  return broken.flatMap((command) => {
    const undone = run.lastIndexOf(command.replace('break', 'mend')) > run.lastIndexOf(command);
    return undone || leftHarmed(entries).includes(command) ? [] : [`"${command}" was never undone`];
  });
}

/** Targets that a permanent fault has used up, as it was declared to. */
const spent = (entries: readonly Entry[]): readonly string[] => {
  const targets = new Map(
    entries.flatMap((entry) => (entry.type === 'captured' ? [[entry.injection, entry.target]] : [])),
  );
  return entries.flatMap((entry) =>
    entry.type === 'reverted' && entry.how === 'spent' ? [targets.get(entry.injection) ?? ''] : [],
  );
};

interface State {
  readonly region: {
    readonly instances: Record<string, { readonly name: string; readonly zoneId: string }>;
    readonly hostedZones: Record<string, { readonly published: RecordState[]; readonly records: RecordState[] }>;
    readonly zones: Record<string, unknown>;
    readonly autoScalingGroups: Record<string, unknown>;
    readonly targetGroups: Record<string, readonly string[]>;
  };
}
type RecordState = { readonly name: string; readonly type: string };

/** The names of what differs between two states: instances, records, zones; without those that are accounted for. */
function differences(before: string, after: string, accounted: readonly string[]): readonly string[] {
  const [a, b] = [thingsOf(before), thingsOf(after)];
  const names = [...new Set([...a.keys(), ...b.keys()])];
  return names.filter(
    (name) => a.get(name)?.state !== b.get(name)?.state && !isAccounted(name, a.get(name)?.zone, accounted),
  );
}

/** A target is named `store-a1 (i-0abc)`, `use1-az1`, or like a record; a zone accounts for what stands in it. */
const isAccounted = (name: string, zone: string | undefined, accounted: readonly string[]): boolean =>
  accounted.some((target) => {
    const plain = target.split(' (')[0] ?? target;
    return plain === name || plain === zone || canonical(plain) === canonical(name);
  });
const canonical = (name: string) => name.replaceAll('.', '').split(' ').sort().join(' ');

function thingsOf(text: string): Map<string, { state: string; zone: string | undefined }> {
  const end = text.lastIndexOf('}') + 1;
  const { region } = JSON.parse(text.slice(0, end)) as State;
  const reach = new Map(
    text
      .slice(end)
      .split('\n')
      .map((line) => line.split(' ') as [string, string]),
  );
  const things = new Map<string, { state: string; zone: string | undefined }>();
  for (const instance of Object.values(region.instances)) {
    const state = JSON.stringify(instance) + reach.get(instance.name);
    things.set(instance.name, { state, zone: instance.zoneId });
  }
  for (const { records, published } of Object.values(region.hostedZones)) {
    for (const record of [...records, ...published]) {
      const name = `${record.name} ${record.type}`;
      things.set(name, { state: `${things.get(name)?.state ?? ''}${JSON.stringify(record)}`, zone: undefined });
    }
  }
  for (const [zoneId, facts] of Object.entries(region.zones))
    things.set(zoneId, { state: JSON.stringify(facts), zone: zoneId });
  for (const [name, group] of Object.entries(region.autoScalingGroups))
    things.set(name, { state: JSON.stringify(group), zone: undefined });
  things.set('target groups', { state: JSON.stringify(region.targetGroups), zone: undefined });
  return things;
}
