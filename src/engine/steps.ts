import type { CommandStep, FaultStep, Step } from '../experiment/experiment.ts';

/** A step that does something, with its number: 1 for the first in the text. Injections are named after it. */
export interface Leaf {
  readonly number: number;
  readonly step: FaultStep | CommandStep;
  /** The positions of the step and of the parallel steps around it: `[2, 0]` is the first branch of the third step. */
  readonly path: readonly number[];
}

/** The faults and commands of a method in the order of the text. Waits are numbered too. */
export function leavesOf(method: readonly Step[]): readonly Leaf[] {
  const leaves: Leaf[] = [];
  let number = 0;
  const walk = (steps: readonly Step[], path: readonly number[]) => {
    for (const [index, step] of steps.entries()) {
      if (step.kind === 'parallel') walk(step.steps, [...path, index]);
      else number++;
      if (step.kind === 'fault' || step.kind === 'command') leaves.push({ number, step, path: [...path, index] });
    }
  };
  walk(method, []);
  return leaves;
}
