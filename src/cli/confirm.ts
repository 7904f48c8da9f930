import { createInterface } from 'node:readline/promises';
import type { Experiment } from '../experiment/experiment.ts';
import { ChaosError } from '../kernel/errors.ts';
import { readConfig } from './config.ts';

/**
 * Asks before a run on an account that is more than a sandbox of this program's own.
 * @throws ChaosError SAFETY_ACCOUNT when nobody can be asked, or the answer is no.
 */
export async function confirmRun(experiments: readonly Experiment[], yes: boolean): Promise<void> {
  if (yes) return;
  const { accounts } = await readConfig();
  const real = [...new Set(experiments.map(({ account }) => account))].filter(
    (name) => name === 'host' || !['embedded', undefined].includes(accounts[name]?.kind),
  );
  if (real.length === 0) return;
  const names = real.map((name) => `"${name}"`).join(', ');
  if (!process.stdin.isTTY) throw refusal(`nobody can be asked before a run on account ${names}`);
  const ask = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await ask.question(
    `This acts on account ${names}, which is not a region of our own. Type its name to go on: `,
  );
  ask.close();
  if (answer.trim() !== real[0]) throw refusal(`the run on account ${names} was not confirmed`);
}

const refusal = (what: string): ChaosError =>
  new ChaosError({ code: 'SAFETY_ACCOUNT', what, fix: 'add --yes if that account is meant' });
