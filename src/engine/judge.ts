import type { Entry, ProbeVerdict } from '../journal/entries.ts';
import { failedRollbacks, pending } from '../journal/pending.ts';
import { ERROR_CODES, outcomeOfProblems, refusalCode } from '../kernel/errors.ts';
import { OUTCOMES, type Outcome, worst } from '../kernel/outcome.ts';

export interface Judgement {
  readonly outcome: Outcome;
  readonly why: string;
  readonly targets: 'untouched' | 'restored' | 'dirty';
}

/**
 * How a run ended, from its entries alone. What could not be restored outranks all; then what ended the run early; only
 * a run that went its whole way is judged by its hypothesis.
 */
export function judge(entries: readonly Entry[]): Judgement {
  const dirty = leftHarmed(entries);
  if (dirty.length > 0) return { outcome: 'dirty', why: `not restored: ${dirty.join(', ')}`, targets: 'dirty' };
  const targets = entries.some(({ type }) => type === 'injecting') ? 'restored' : 'untouched';
  const { outcome, why } = first([interrupted, stopped, notInjected, unsteady, notExercised, hypothesis], entries);
  return { outcome, why, targets };
}

type Finding = Pick<Judgement, 'outcome' | 'why'>;
type Look = (entries: readonly Entry[]) => Finding | undefined;

const first = (looks: readonly Look[], entries: readonly Entry[]): Finding => {
  for (const look of looks) {
    const finding = look(entries);
    if (finding) return finding;
  }
  return { outcome: 'held', why: OUTCOMES.held.about };
};

/** The targets that are not known to be restored, and the author's rollbacks that failed. */
export function leftHarmed(entries: readonly Entry[]): readonly string[] {
  const rollbacks = failedRollbacks(entries).map(({ command }) => `rollback "${command.join(' ')}"`);
  return [...pending(entries).map(({ target }) => target), ...rollbacks];
}

/** What kept the run from going on, and who ended it: the more serious of them. */
const interrupted: Look = (entries) => {
  const found = [problems(entries), aborted(entries)].filter((finding) => finding !== undefined);
  const outcome = worst(found.map((finding) => finding.outcome));
  return found.find((finding) => finding.outcome === outcome);
};

const problems: Look = (entries) => {
  const found = entries.flatMap((entry) => {
    if (entry.type === 'refused') return entry.problems;
    return entry.type === 'problem' ? [entry.problem] : [];
  });
  const outcome = outcomeOfProblems(found);
  const worstOne = found.find(({ code }) => ERROR_CODES[code].outcome === outcome);
  return worstOne && { outcome, why: worstOne.what };
};

const aborted: Look = (entries) => {
  const request = entries.find((entry) => entry.type === 'abort-requested');
  return request && { outcome: 'aborted', why: `ended by ${request.by}` };
};

const begun = (entries: readonly Entry[]): boolean =>
  entries.some((entry) => entry.type === 'phase' && entry.phase === 'method');

const stopped: Look = (entries) => {
  const stop = entries.find((entry) => entry.type === 'stop-condition');
  const why = stop && `${stop.name}: ${stop.evidence}`;
  return why === undefined ? undefined : { outcome: begun(entries) ? 'stopped' : 'unsteady', why };
};

/** What is said of a target that could not be harmed because of its own state, not because a call failed. */
const NOT_EXERCISED: readonly string[] = ['TARGET_NONE', 'NOTHING_TO_HARM', 'NOT_STEADY'];

const notInjected: Look = (entries) => {
  const failed = entries.filter((entry) => entry.type === 'inject-failed');
  const broken = failed.find(({ code }) => !NOT_EXERCISED.includes(code)) ?? failed[0];
  const outcome = broken && outcomeOf(broken.code, entries);
  return outcome && { outcome, why: `${broken.injection} was not injected: ${broken.code}: ${broken.message}` };
};

/** A refusal says that nothing was touched; after the first harm it is one more failure. */
function outcomeOf(code: string, entries: readonly Entry[]): Outcome {
  if (NOT_EXERCISED.includes(code)) return 'not exercised';
  const harmed = entries.some(({ type }) => type === 'injected');
  return refusalCode(code) !== undefined && !harmed ? 'refused' : 'unavailable';
}

const verdictsOf = (entries: readonly Entry[]): readonly ProbeVerdict[] =>
  entries.findLast((entry) => entry.type === 'judged')?.verdicts ?? [];

const say = ({ probe, phase, verdict, reasons }: ProbeVerdict): string =>
  `${probe}, ${phase}: ${verdict}: ${reasons.join('; ')}`;

/** A baseline that is too small to tell is not known to be met, and not known to be missed. */
const unsteady: Look = (entries) => {
  if (begun(entries)) return undefined;
  const bad = verdictsOf(entries).filter(({ verdict }) => verdict !== 'held');
  const missed = bad.find(({ verdict, samples, samplesNeeded }) => verdict === 'deviated' || samples >= samplesNeeded);
  if (missed) return { outcome: 'unsteady', why: say(missed) };
  const silent = bad.find(({ verdict }) => verdict === 'no traffic');
  const small = silent ?? bad[0];
  return small && { outcome: silent ? 'not exercised' : 'inconclusive', why: say(small) };
};

const notExercised: Look = (entries) => {
  const idle = entries.find((entry) => entry.type === 'attested' && !entry.attestation.bites);
  if (idle?.type === 'attested') {
    return { outcome: 'not exercised', why: `${idle.injection} did not land: ${idle.attestation.evidence}` };
  }
  if (!entries.some(({ type }) => type === 'injected')) {
    return { outcome: 'not exercised', why: 'nothing was injected' };
  }
  if (verdictsOf(entries).some(({ phase }) => phase === 'during')) return undefined;
  return { outcome: 'not exercised', why: 'nothing was measured while the fault was in place' };
};

const hypothesis: Look = (entries) => {
  const lost = entries.find((entry) => entry.type === 'recovered' && entry.afterMs === null);
  if (lost?.type === 'recovered') return { outcome: 'deviated', why: `${lost.probe} did not recover in time` };
  const verdicts = verdictsOf(entries);
  const bad = (verdict: ProbeVerdict['verdict'], outcome: Outcome): Finding | undefined => {
    const found = verdicts.find((one) => one.verdict === verdict);
    return found && { outcome, why: say(found) };
  };
  const finding =
    bad('deviated', 'deviated') ?? bad('inconclusive', 'inconclusive') ?? bad('no traffic', 'not exercised');
  if (finding || verdicts.some(({ phase }) => phase === 'after')) return finding;
  return { outcome: 'inconclusive', why: 'nothing was measured after the restore' };
};
