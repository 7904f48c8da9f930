import type { Experiment } from '../experiment/experiment.ts';
import type { PlannedInjection } from '../journal/entries.ts';
import type { Problem } from '../kernel/errors.ts';
import type { ReadPort } from '../kernel/ports.ts';
import { checkBlastRadius } from '../safety/blast-radius.ts';
import { checkPermanent } from '../safety/permanent.ts';
import type { MakePlan, Plan } from './api.ts';
import { isRandom } from './choose.ts';
import { commandCallOf, runOf, undoOfCommand } from './commands.ts';
import { lengthOf } from './length.ts';
import { checkOverlaps } from './overlap.ts';
import { askAll, type Captured, permissionsOf, recordingPort } from './permissions.ts';
import { problemsOf, type ResolveContext, type Resolved, type ResolvedCommand, resolveStep } from './resolve.ts';
import { readingPort } from './send.ts';
import { type Leaf, leavesOf } from './steps.ts';

/** Resolves the targets, reads their pre-images, and says which calls would be sent. Reads only. */
export const makePlan: MakePlan = async (experiment, { catalog, port, seed }, signal) => {
  const { host, asked } = recordingPort(readingPort(port));
  const { plan, captured } = await resolvePlan(experiment, { catalog, host, seed, signal });
  await askAll(captured, experiment, { catalog, host, signal });
  return { ...plan, permissions: permissionsOf(plan.injections, asked, port.account) };
};

/** The plan with the targets behind it. */
export async function resolvePlan(
  experiment: Experiment,
  context: ResolveContext,
): Promise<{ plan: Plan; resolved: readonly Resolved[]; captured: readonly Captured[] }> {
  const problems: Problem[] = [];
  const resolved: Resolved[] = [];
  const injections: PlannedInjection[] = [];
  const captured: Captured[] = [];
  const leaves = leavesOf(experiment.method);
  for (const leaf of leaves) {
    try {
      const one = await resolveStep(leaf, context);
      resolved.push(one);
      injections.push(...(await planStep(one, context, captured)));
    } catch (error) {
      context.signal.throwIfAborted();
      problems.push(...problemsOf(error));
    }
  }
  const seed = leaves.some(isRandom) ? context.seed : undefined;
  problems.push(...refusals(experiment, resolved, seed));
  const length = lengthOf(experiment, resolved, context.host.account);
  const permissions = permissionsOf(injections, []);
  return {
    plan: { injections, problems, ...length, permissions, ...(seed !== undefined && { seed }) },
    resolved,
    captured,
  };
}

/** The name of an injection: the number of its step and the name of its target. */
export const injectionId = ({ number }: Leaf, target: string): string => `${number}.${target}`;

async function planStep(
  one: Resolved,
  { host, signal }: { host: ReadPort; signal: AbortSignal },
  captured: Captured[],
): Promise<PlannedInjection[]> {
  if (one.kind === 'command') return [planCommand(one)];
  const { leaf, step, fault, via, means, matches } = one;
  const { forMs } = step;
  const planned: PlannedInjection[] = [];
  for (const { name, zone, target } of matches) {
    const undo = await means.capture(target, step.with, host, signal);
    captured.push({ means, undo });
    planned.push({
      id: injectionId(leaf, name),
      step: step.name,
      fault: fault.id,
      means: via,
      target: name,
      reversal: fault.reversal,
      fidelity: means.fidelity,
      calls: means.steps(target, step.with, undo),
      restoreCalls: means.restore(undo),
      ...(zone !== undefined && { zone }),
      ...(forMs !== undefined && { forMs }),
    });
  }
  return planned;
}

function planCommand({ leaf, step }: ResolvedCommand): PlannedInjection {
  const { name, permanent, forMs } = step;
  const undo = runOf(undoOfCommand(step));
  return {
    id: injectionId(leaf, name),
    step: name,
    fault: 'command',
    means: 'command',
    target: name,
    reversal: permanent ? 'permanent' : 'reverts',
    fidelity: "A program of the author's own: what it does is known to its author alone.",
    calls: [commandCallOf(step)],
    restoreCalls: undo ? [undo] : [],
    ...(forMs !== undefined && { forMs }),
  };
}

/** Every reason not to carry the plan out. */
function refusals(experiment: Experiment, resolved: readonly Resolved[], seed: number | undefined): Problem[] {
  const faults = resolved.filter((one) => one.kind === 'fault');
  const touched = faults.flatMap(({ means, matches }) =>
    matches.map(({ name, zone }) => ({ kind: means.target.kind, name, zone })),
  );
  const steps = resolved.map((one) => ({ name: one.step.name, reversal: reversalOf(one), place: one.step.place }));
  return [
    ...checkBlastRadius(touched, experiment.blastRadius, { place: faults[0]?.step.place, seed }),
    ...checkPermanent(steps, experiment.allowPermanent),
    ...checkOverlaps(faults),
  ];
}

const reversalOf = (one: Resolved) =>
  one.kind === 'fault' ? one.fault.reversal : one.step.permanent ? 'permanent' : 'reverts';
