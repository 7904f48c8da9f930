import { createInterface } from 'node:readline/promises';
import type { Experiment } from '../experiment/experiment.ts';
import { ChaosError } from '../kernel/errors.ts';
import type { AccountKind } from '../kernel/ports.ts';
import { oneLine } from '../kernel/visible.ts';
import { readConfig } from './config.ts';
import { forTerminal } from './terminal.ts';

/**
 * Asks before a run on an account that is no region of this program's own. Where nobody can be asked, an account of kind
 * `host` needs no answer: its faults reach the caller's own processes alone, each named by its pid file.
 * @throws ChaosError SAFETY_ACCOUNT when the answer is no, or nobody can be asked.
 */
export async function confirmRun(experiments: readonly Pick<Experiment, 'account'>[], yes: boolean): Promise<void> {
  if (yes) return;
  const { accounts } = await readConfig();
  const kindOf = (name: string): AccountKind | string => accounts[name]?.kind ?? name;
  const asks = process.stdin.isTTY ? ['host', 'endpoint', 'aws'] : ['endpoint', 'aws'];
  const real = [...new Set(experiments.map(({ account }) => account))].filter((name) => asks.includes(kindOf(name)));
  if (real.length === 0) return;
  const names = real.map((name) => `"${oneLine(name)}"`).join(', ');
  if (!process.stdin.isTTY) throw refusal(`nobody can be asked before a run on account ${names}`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const question = `This acts on account ${names}, which is no region of this program. Type "yes" to go on: `;
  const answer = await terminal.question(forTerminal(question));
  terminal.close();
  if (answer.trim().toLowerCase() !== 'yes') throw refusal(`the run on account ${names} was not confirmed`);
}

const refusal = (what: string): ChaosError =>
  new ChaosError({ code: 'SAFETY_ACCOUNT', what, fix: 'add --yes if that account is meant' });
