import type { Checker } from './checker.ts';
import type { Path } from './source.ts';

/** A part of a blueprint and where it stands. */
export interface Part<T> {
  readonly value: T;
  readonly at: Path;
}

/** Reads each item of a list; those with problems are left out. */
export function readList<T>(checker: Checker, at: Path, read: (at: Path) => T | undefined): Part<T>[] {
  return checker.items(at).flatMap((index) => {
    const value = read([...at, index]);
    return value === undefined ? [] : [{ value, at: [...at, index] }];
  });
}
