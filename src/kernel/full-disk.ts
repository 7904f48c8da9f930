/** Whether a system says of a write that there is no room: on the disk, or in what its owner may use of it. */
export const isFull = (error: unknown): boolean =>
  ['ENOSPC', 'EDQUOT'].includes((error as { code?: string }).code ?? '');
