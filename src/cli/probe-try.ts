import { parse } from 'yaml';
import type { Observation } from '../kernel/define.ts';
import { ChaosError } from '../kernel/errors.ts';
import { fields } from '../kernel/schema.ts';
import { parseDurationMs } from '../kernel/units.ts';
import { oneLine } from '../kernel/visible.ts';
import { columns, latency, type Paint } from '../report/text.ts';
import { openAccount } from './accounts.ts';
import { loadProbe } from './catalog-view.ts';
import { readSettings } from './experiments.ts';

/** One observation, and how long it took. */
export interface Trial extends Observation {
  readonly probe: string;
  readonly latencyMs: number;
}

/** Observes once. @throws ChaosError when the probe, its parameters or the account are wrong. */
export async function tryProbe(
  request: { id: string; with: readonly string[]; timeout: string; account: string },
  home: string,
): Promise<Trial> {
  const probe = await loadProbe(request.id);
  const timeoutMs = parseDurationMs(request.timeout);
  if (timeoutMs === undefined)
    throw usage(`--timeout "${request.timeout}" is no duration`, 'write one such as 500ms or 5s');
  const given = Object.fromEntries(
    Object.entries(readSettings(request.with, '--with')).map(([name, value]) => [name, readValue(name, value)]),
  );
  const checked = fields(probe.params).safeParse(given);
  if (!checked.success) {
    throw new ChaosError(
      checked.error.issues.map(({ path, message }) => ({
        code: 'SPEC_TYPE' as const,
        what: `--with ${path.join('.') || Object.keys(given).join(', ')}: ${message}`,
        fix: `"chaos probe show ${probe.id}" shows what it takes`,
      })),
    );
  }
  const quiet = { home, runId: 'try', parts: 'control' as const, say: () => {} };
  const account = await openAccount({ experiment: { account: request.account }, ...quiet });
  try {
    const began = performance.now();
    const observation = await probe.observe(checked.data, account.port, AbortSignal.timeout(timeoutMs));
    return { probe: probe.id, latencyMs: performance.now() - began, ...observation };
  } finally {
    await account.close(false);
  }
}

export function renderTrial({ ok, error, latencyMs, output }: Trial, paint: Paint): string {
  const verdict = ok ? paint.good('good') : `${paint.bad('bad')}: ${oneLine(error ?? 'no reason given')}`;
  const rows = Object.entries(output).map(([name, value]) => [name, JSON.stringify(value)]);
  return [`${verdict} (${latency(latencyMs)})`, ...columns(rows, '  ')].join('\n');
}

/** `200` is a number and `[a, b]` a list, as in an experiment. */
function readValue(name: string, text: string): unknown {
  try {
    return parse(text);
  } catch {
    throw usage(`--with ${name}: "${text}" is not YAML`, 'put the value into quotes inside the quotes of the shell');
  }
}

const usage = (what: string, fix: string): ChaosError => new ChaosError({ code: 'CLI_USAGE', what, fix });
