/** Says which targets were meant, and how the same are meant again. */
export const chosenWith = (seed: number): string => `targets chosen with the seed ${seed}; again with --seed ${seed}`;
