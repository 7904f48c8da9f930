import type { RegionState, Tags } from '../state.ts';

/** What a call is about, as policies name it. */
export interface Resource {
  /** `*` where the action knows no resources. */
  readonly arn: string;
  readonly tags?: Tags;
}

export type Input = Readonly<Record<string, unknown>>;
export type ResourcesOf = (state: RegionState, operation: string, input: Input) => readonly Resource[];

/** Whether an operation lists, which IAM lets be allowed or denied as a whole alone. */
export const isListing = (operation: string): boolean => /^(Describe|List)/.test(operation);

/** The text that a member is, or none. */
export const text = (value: unknown): readonly string[] => (typeof value === 'string' ? [value] : []);

/** The texts in a list, or the one that a member is. */
export const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.flatMap(text) : text(value));
