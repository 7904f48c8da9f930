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
