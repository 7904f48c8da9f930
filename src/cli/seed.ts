import type { Experiment } from '../experiment/experiment.ts';
import { SEED_MAX } from '../kernel/bounds.ts';

/** The seed of a run or plan: that of the command line, or else that of the experiment, or else a new one. */
export const seedFor = ({ seed }: Pick<Experiment, 'seed'>, asked: number | undefined): number =>
  asked ?? seed ?? Math.floor(Math.random() * (SEED_MAX + 1));
