import type { Entry } from '../journal/entries.ts';
import { inertJson } from '../kernel/visible.ts';

/**
 * One line of `--events`: an entry of the journal with the run that it belongs to, since a suite writes several runs
 * into one file. The format is versioned by `v`: within a version, keys are added and never renamed.
 */
export const renderEvent = (entry: Entry, runId: string): string => `${inertJson({ ...entry, runId })}\n`;
