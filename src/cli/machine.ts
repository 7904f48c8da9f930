import { liveFiles } from '../host/files.ts';

/** The files of this machine. */
export const files = liveFiles();
