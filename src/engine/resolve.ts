import type { CommandStep, FaultStep } from '../experiment/experiment.ts';
import { type Catalog, DEFAULT_MEANS, type Fault, type Means, type MeansKind } from '../kernel/define.ts';
import { CallError, ChaosError, type Problem, refusalCode } from '../kernel/errors.ts';
import type { Json } from '../kernel/json.ts';
import type { ReadPort } from '../kernel/ports.ts';
import { choose } from './choose.ts';
import { faultOf, meansOf } from './harm.ts';
import { explain } from './send.ts';
import type { Leaf } from './steps.ts';

/** A target that a selector matched. */
export interface Match {
  readonly name: string;
  readonly zone: string | undefined;
  readonly resource: readonly string[];
  readonly target: Json;
}

export interface ResolvedFault {
  readonly kind: 'fault';
  readonly leaf: Leaf;
  readonly step: FaultStep;
  readonly fault: Fault;
  readonly via: MeansKind;
  readonly means: Means;
  readonly matches: readonly Match[];
}

export interface ResolvedCommand {
  readonly kind: 'command';
  readonly leaf: Leaf;
  readonly step: CommandStep;
}

export type Resolved = ResolvedFault | ResolvedCommand;

export interface ResolveContext {
  readonly catalog: Catalog;
  readonly host: ReadPort;
  /** From 0 to `SEED_MAX`; on it depends what is chosen at random. */
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** Finds what a step would act on. @throws ChaosError what keeps it from being carried out. */
export async function resolveStep(leaf: Leaf, { catalog, host, seed, signal }: ResolveContext): Promise<Resolved> {
  const { step } = leaf;
  if (step.kind === 'command') return { kind: 'command', leaf, step };
  const fault = await faultOf(catalog, step.fault);
  if (!fault) throw new ChaosError(unknownFault(step));
  const via = step.via ?? DEFAULT_MEANS[host.account.kind].find((kind) => meansOf(fault, kind));
  const means = via && meansOf(fault, via);
  if (!via || !means) throw new ChaosError(noMeans(step, fault, host));
  const found = await find(step, means, host, signal).catch((error: unknown) => {
    throw placed(error, step);
  });
  const matches = choose(found, { ...leaf, step }, seed);
  if (matches.length === 0) throw new ChaosError(noTarget(step, means));
  return { kind: 'fault', leaf, step, fault, via, means, matches };
}

/** What the selector of a step matches: each once, in the target's stable order, however many of them the step takes. */
export async function find(
  step: FaultStep,
  { target }: Means,
  host: ReadPort,
  signal: AbortSignal,
): Promise<readonly Match[]> {
  const found = await target.find(step.select, host, signal);
  const byName = new Map<string, Match>();
  for (const one of found) {
    const name = target.name(one);
    if (!byName.has(name))
      byName.set(name, { name, zone: target.zone?.(one), resource: target.resource(one), target: one });
  }
  return [...byName.values()];
}

/** What an error that the account answered with means for the user. Anything unexpected is thrown on. */
export function problemsOf(error: unknown): readonly Problem[] {
  if (error instanceof ChaosError) return error.problems;
  if (!(error instanceof CallError)) throw error;
  const safety = refusalCode(error.code);
  if (safety) return [{ code: safety, what: error.message, fix: 'choose a target that belongs to the experiment' }];
  const fix = error.retryable
    ? 'run it again when the account answers; "chaos doctor" tells whether it does'
    : 'mend what the account says, such as a missing permission, and run it again';
  return [{ code: 'CALL_FAILED', what: explain(error), fix }];
}

/** What is wrong with the match of a step is shown at the step. */
function placed(error: unknown, { place }: FaultStep): unknown {
  if (!(error instanceof ChaosError)) return error;
  return new ChaosError(error.problems.map((problem) => ({ where: place, ...problem })));
}

const unknownFault = ({ fault, place }: FaultStep): Problem => ({
  code: 'SPEC_UNKNOWN_FAULT',
  what: `no fault named "${fault}"`,
  where: place,
  fix: 'run "chaos fault list" to see all faults',
});

function noMeans({ via, place }: FaultStep, fault: Fault, { account }: ReadPort): Problem {
  const known = Object.keys(fault.means);
  const what = via
    ? `"${fault.id}" cannot be done via "${via}"`
    : `"${fault.id}" has no means that works on an account of kind "${account.kind}"`;
  const fix = via ? `write one of: ${known.join(', ')}` : `run it on an account that allows: ${known.join(', ')}`;
  return { code: 'SPEC_MEANS', what, where: place, fix };
}

const noTarget = ({ name, select, place }: FaultStep, { target }: Means): Problem => ({
  code: 'TARGET_NONE',
  what: `step "${name}": no ${target.kind} matches ${JSON.stringify(select)}`,
  where: place,
  fix: `change the selectors of the step, or make the ${target.kind} that they are to find`,
});
