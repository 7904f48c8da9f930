import { Args, Flags } from '@oclif/core';
import { SEED_MAX } from '../kernel/bounds.ts';

/** The experiments that a command works on. */
export const filesArgument = () =>
  Args.string({
    description: 'Experiments, folders of them, or "-" for standard input.',
    required: true,
    multiple: true,
    ignoreStdin: true,
  });

/** `--set name=value`, which may be repeated and never swallows the argument behind it. */
export const setFlag = () =>
  Flags.string({
    summary: 'Value of a parameter. May be repeated.',
    helpValue: 'NAME=VALUE',
    multiple: true,
    multipleNonGreedy: true,
    default: [],
    env: 'CHAOS_SET',
  });

export const accountFlag = () =>
  Flags.string({
    summary: 'Account to use instead of the one in the file: a kept region, one of chaos.config.yaml, or host.',
    helpValue: 'NAME',
    env: 'CHAOS_ACCOUNT',
  });

/** `--seed N`: the seed that an earlier run or plan has shown. */
export const seedFlag = () =>
  Flags.integer({
    summary: 'Choose the same targets again as the run or plan that showed this seed.',
    helpValue: 'N',
    min: 0,
    max: SEED_MAX,
    env: 'CHAOS_SEED',
  });
