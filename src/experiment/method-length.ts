import type { Step } from './experiment.ts';

/**
 * How long a method lasts if all goes well, in milliseconds: steps one after another, parallel ones together, each with its
 * `after`, its `for` or its wait. What injecting and reverting take comes on top.
 */
export function methodMs(steps: readonly Step[]): number {
  return steps.reduce((total, step) => total + stepMs(step), 0);
}

function stepMs(step: Step): number {
  switch (step.kind) {
    case 'wait':
      return step.afterMs + step.waitMs;
    case 'parallel':
      return step.afterMs + Math.max(0, ...step.steps.map(stepMs));
    default:
      return step.afterMs + (step.forMs ?? 0);
  }
}

/**
 * For how much of a method a fault or command is in place, in milliseconds: what is measured meanwhile is judged as
 * "during". One without a `for` stays until the method ends. A method that harms nothing counts as a whole.
 */
export function harmedMs(steps: readonly Step[]): number {
  const endMs = methodMs(steps);
  const harms = harmsOf(steps, 0).sort((a, b) => a.fromMs - b.fromMs);
  if (harms.length === 0) return endMs;
  let [covered, doneMs] = [0, 0];
  for (const { fromMs, toMs } of harms) {
    const untilMs = Math.min(toMs, endMs);
    covered += Math.max(0, untilMs - Math.max(fromMs, doneMs));
    doneMs = Math.max(doneMs, untilMs);
  }
  return covered;
}

/**
 * How long each fault or command is in place if all goes well, in milliseconds; one without a `for` until the method ends.
 */
export function heldMs(steps: readonly Step[]): ReadonlyMap<Step, number> {
  const endMs = methodMs(steps);
  return new Map(harmsOf(steps, 0).map(({ step, fromMs, toMs }) => [step, Math.min(toMs, endMs) - fromMs]));
}

interface Harm {
  readonly step: Step;
  readonly fromMs: number;
  readonly toMs: number;
}

/** When what is in place, for steps one after another that begin at `beginMs`. */
function harmsOf(steps: readonly Step[], beginMs: number): Harm[] {
  const harms: Harm[] = [];
  let nowMs = beginMs;
  for (const step of steps) {
    const fromMs = nowMs + step.afterMs;
    if (step.kind === 'parallel') harms.push(...step.steps.flatMap((branch) => harmsOf([branch], fromMs)));
    else if (step.kind !== 'wait') harms.push({ step, fromMs, toMs: fromMs + (step.forMs ?? Infinity) });
    nowMs += stepMs(step);
  }
  return harms;
}
