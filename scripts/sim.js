// Plays simulated runs: npm run sim -- --seed 1 --runs 10000. A failure prints its seed and how to replay it.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, runs: { type: 'string', default: '10000' } },
});
const [seed, runs] = [Number(values.seed), Number(values.runs)];
if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(runs) || runs < 1) {
  console.error('usage: npm run sim -- --seed WHOLE_NUMBER --runs WHOLE_NUMBER');
  process.exit(2);
}

/** Seeds are dealt to as many processes as there are processors. */
const shards = Math.max(1, Math.min(availableParallelism(), Math.ceil(runs / 500)));
const share = Math.ceil(runs / shards);
const started = Date.now();
const codes = await Promise.all(
  Array.from({ length: shards }, (_, index) => play(seed + index * share, Math.min(share, runs - index * share))),
);
const failed = codes.filter((code) => code !== 0).length;
const seconds = ((Date.now() - started) / 1000).toFixed(1);
console.log(`${runs} runs from seed ${seed} in ${seconds} s: ${failed === 0 ? 'no violation' : 'FAILED'}`);
process.exitCode = failed === 0 ? 0 : 1;

function play(first, count) {
  const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', 'test/simulation/simulation.test.ts', '--reporter=dot', '--hideSkippedTests'];
  const env = { ...process.env, SIM_SEED: String(first), SIM_RUNS: String(count) };
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
  return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
}
