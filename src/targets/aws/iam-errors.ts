import { CallError } from '../../kernel/errors.ts';

/** How IAM says that something does not exist, as clients of different age know it. */
export const NOT_THERE = ['NoSuchEntity', 'NoSuchEntityException'];

export const isNotThere = (error: unknown): boolean => error instanceof CallError && NOT_THERE.includes(error.code);
