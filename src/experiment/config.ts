import path from 'node:path';
import type { Problem } from '../kernel/errors.ts';
import type { AccountKind } from '../kernel/ports.ts';
import { anything, listOf, oneOf, text } from '../kernel/schema.ts';
import { Checker, isMapping } from './checker.ts';
import { openSource, type Path } from './source.ts';

/** The checked `chaos.config.yaml` of a project. */
export interface Config {
  readonly accounts: Readonly<Record<string, AccountConfig>>;
}

interface AccountConfig {
  readonly kind: AccountKind;
  /** Absolute. What a fresh region is built from when the experiment names none. */
  readonly blueprint?: string;
  readonly endpoint?: string;
  /** Hosts besides loopback at which the endpoint may stand. */
  readonly allowedHosts: readonly string[];
  readonly region?: string;
  /** Values for parameters of experiments that run on this account; `--set` outranks them. */
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
}

const CONFIG = { accounts: anything({ doc: 'The accounts that experiments may name.' }) };

const ACCOUNT = {
  kind: oneOf(['embedded', 'host', 'endpoint', 'aws'], { doc: 'What the account is.' }),
  blueprint: text({ doc: 'The region to build, as a path relative to this file.' }).optional(),
  endpoint: text({ doc: 'The address of an AWS-compatible endpoint.' })
    .refine((value) => URL.canParse(value), 'write a URL, such as http://127.0.0.1:4566')
    .optional(),
  allowedHosts: listOf(text({ doc: 'A host.' }), {
    doc: 'Hosts besides loopback at which the endpoint may stand.',
  }).prefault([]),
  region: text({ doc: 'The name of the region.' }).optional(),
  parameters: anything({ doc: 'Values for parameters of experiments.' }),
};

/** A configuration from its YAML text, checked; or every problem that it has. */
export function parseConfig(input: { file: string; text: string | Uint8Array }): {
  config?: Config;
  problems: Problem[];
} {
  const { source, problems } = openSource(input.file, input.text);
  if (!source) return { problems };
  const checker = new Checker(source, source.value);
  checker.fields(CONFIG, []);
  const named = checker.at(['accounts']);
  if (named !== undefined && !isMapping(named)) checker.fields({}, ['accounts']);
  const accounts: Record<string, AccountConfig> = {};
  for (const name of isMapping(named) ? Object.keys(named) : []) {
    const account = readAccount(checker, ['accounts', name], path.resolve(path.dirname(input.file)));
    if (account) accounts[name] = account;
  }
  return checker.problems.length > 0 ? { problems: [...checker.problems] } : { config: { accounts }, problems: [] };
}

function readAccount(checker: Checker, at: Path, folder: string): AccountConfig | undefined {
  const { kind, blueprint, endpoint, allowedHosts, region } = checker.fields(ACCOUNT, at);
  const parameters = readParameters(checker, [...at, 'parameters']);
  if (kind === undefined) return undefined;
  const isGiven = (key: string) => checker.at([...at, key]) !== undefined;
  if (kind === 'endpoint' && !isGiven('endpoint')) {
    const fix = 'add "endpoint:" and write a URL, such as http://127.0.0.1:4566';
    checker.say('SPEC_MISSING', [...at, 'endpoint'], '"endpoint" is missing', { fix });
  }
  for (const [key, kinds] of [
    ['endpoint', 'endpoint'],
    ['blueprint', 'embedded'],
  ] as const) {
    if (isGiven(key) && kind !== kinds) {
      const what = `"${key}" has no meaning for an account of kind "${kind}"`;
      checker.say('SPEC_CONFLICT', [...at, key], what, { fix: `remove it, or write "kind: ${kinds}"`, at: 'key' });
    }
  }
  return {
    kind,
    ...(blueprint !== undefined && { blueprint: path.resolve(folder, blueprint) }),
    ...(endpoint !== undefined && { endpoint }),
    allowedHosts: allowedHosts ?? [],
    ...(region !== undefined && { region }),
    parameters,
  };
}

function readParameters(checker: Checker, at: Path): Record<string, string | number | boolean> {
  const value = checker.at(at);
  if (value !== undefined && !isMapping(value)) checker.fields({}, at);
  const found: Record<string, string | number | boolean> = {};
  for (const [name, inner] of Object.entries(isMapping(value) ? value : {})) {
    if (typeof inner === 'string' || typeof inner === 'number' || typeof inner === 'boolean') found[name] = inner;
    else
      checker.say('SPEC_TYPE', [...at, name], `"${name}" holds no single value`, {
        fix: 'write a text, a number, true or false',
      });
  }
  return found;
}
