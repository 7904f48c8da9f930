import { Fault } from '../../fault.ts';
import type { RegionState } from '../../state.ts';
import { checkLength, invalid } from '../check.ts';
import type { Parameter, ParameterVersion } from '../ssm-state.ts';

/** So deep a hierarchy may be (AWS: "About requirements and constraints for parameter names"). */
const MOST_LEVELS = 15;
/** A name with the beginning of its ARN has at most 1,011 characters for its maker. */
const LONGEST_NAME = 1_011;

/** Refuses what cannot be the name of a new parameter, in the words of Parameter Store. */
export function checkNewName(name: string): void {
  checkLength(name, 'name', [1, 2_048]);
  const bare = name.replace(/^\//, '').toLowerCase();
  const isPath = name.startsWith('/') && name.lastIndexOf('/') > 0;
  if (isPath && bare.startsWith('aws')) {
    throw new Fault('AccessDeniedException', `No access to reserved parameter name: ${name}.`, 400);
  }
  if (bare.startsWith('ssm') || bare.startsWith('aws') || !/^[A-Za-z0-9_.\-/]+$/.test(name) || isHollow(name)) {
    throw invalid(isPath ? `${'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). '}${PATHS}` : NAMES);
  }
  if (name.includes('/') && !name.startsWith('/')) {
    throw invalid('Parameter name must be a fully qualified name.');
  }
  if (name.split('/').length - 1 > MOST_LEVELS) {
    const why = `A parameter hierarchy can have a maximum of ${MOST_LEVELS} levels: ${name}`;
    throw new Fault('HierarchyLevelLimitExceededException', why, 400);
  }
  if (name.length > LONGEST_NAME) throw invalid(`Parameter name exceeds the maximum length of ${LONGEST_NAME}.`);
}

/** Whether a level of it has no name. */
const isHollow = (name: string) => name.includes('//') || name.endsWith('/');

const PATHS =
  'If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of ' +
  'letters, numbers and the following 3 symbols .-_';
const NAMES = `Parameter name: can't be prefixed with "aws" or "ssm" (case-insensitive). ${PATHS}`;

/** Refuses a path that no parameter can lie under. */
export function checkPath(path: string): void {
  if (/^\/(?!\/)[A-Za-z0-9_.\-/]*$/.test(path) && !path.includes('//')) return;
  throw invalid(
    'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/". ' +
      'It can\'t be prefixed with "aws" or "ssm" (case-insensitive). It must use only letters, numbers, or the following ' +
      'symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, ' +
      'must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.',
  );
}

/** Whether a parameter lies under a path: directly, or anywhere. */
export function liesUnder(name: string, path: string, isRecursive: boolean): boolean {
  const folder = path.endsWith('/') ? path : `${path}/`;
  return name.startsWith(folder) && (isRecursive || !name.slice(folder.length).includes('/'));
}

/** The ARN of a parameter. The slash before a hierarchy is not doubled. */
export const arnOf = ({ region, accountId }: RegionState, name: string): string =>
  `arn:aws:ssm:${region}:${accountId}:parameter/${name.replace(/^\//, '')}`;

/** The parameter of that name, or of that ARN, which does not tell whether the name begins with a slash. */
export function findParameter(state: RegionState, name: string): Parameter | undefined {
  const before = arnOf(state, '');
  const names = name.startsWith(before) ? [`/${name.slice(before.length)}`, name.slice(before.length)] : [name];
  return state.ssm.parameters.find((one) => names.includes(one.name));
}

/** @throws Fault ParameterNotFound, which has no text in AWS either, so it says what is missing. */
export function requireParameter(state: RegionState, name: string | undefined): Parameter {
  const found = findParameter(state, name ?? '');
  if (!found) throw new Fault('ParameterNotFound', `Parameter ${name} not found.`, 400);
  return found;
}

/** A parameter at one of its versions, as a request names it: `name`, `name:3`, `name:label`. */
export interface Selected {
  readonly parameter: Parameter;
  readonly version: ParameterVersion;
  /** With its colon, as the answer repeats it. */
  readonly selector?: string;
}

/** The name or ARN in what a request asks for, and what it says behind the colon. */
export function asked(given: string): { readonly name: string; readonly selector: string | undefined } {
  const [, name = '', selector] = /^((?:arn:[^/]*)?[^:]*)(?::(.*))?$/s.exec(given) ?? [];
  return { name, selector };
}

/** @throws Fault ParameterNotFound, or ParameterVersionNotFound when it has no such version or label. */
export function select(state: RegionState, given: string | undefined): Selected {
  const { name, selector } = asked(given ?? '');
  const parameter = requireParameter(state, name);
  if (selector === undefined) return { parameter, version: currentOf(parameter) };
  const version = parameter.versions.find((one) =>
    /^\d+$/.test(selector) ? one.version === Number(selector) : one.labels.includes(selector),
  );
  if (!version) throw noVersion(name, selector);
  return { parameter, version, selector: `:${selector}` };
}

export function currentOf({ name, versions }: Parameter): ParameterVersion {
  const current = versions.at(-1);
  if (!current) throw new Error(`parameter "${name}" has no version`);
  return current;
}

export const noVersion = (name: string, version: string | number): Fault => {
  const why = `Systems Manager could not find version ${version} of ${name}. Verify the version and try again.`;
  return new Fault('ParameterVersionNotFound', why, 400);
};
