import { spawnSync } from 'node:child_process';
import { type Figure, median, ms } from './figures.ts';

const ROUNDS = 15;

/** How long the command takes to start, against the smallest program that Node can run. Interleaved, medians. */
export async function startUp(): Promise<Figure[]> {
  const commands = {
    node: ['-e', ''],
    version: ['bin/run.js', '--version'],
    validate: ['bin/run.js', 'validate', 'experiments/az-outage.yaml'],
  };
  const times: Record<keyof typeof commands, number[]> = { node: [], version: [], validate: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, args] of Object.entries(commands) as [keyof typeof commands, string[]][]) {
      const started = performance.now();
      const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      if (status !== 0) throw new Error(`node ${args.join(' ')} exited ${status}: ${stderr}`);
      times[name].push(performance.now() - started);
    }
  }
  const bare = median(times.node);
  const figure = (name: string, taken: number, goal: number): Figure => ({
    name,
    value: `${ms(taken)} (${(taken / bare).toFixed(2)}x)`,
    yardstick: `node -e '': ${ms(bare)}`,
    goal: `under ${goal}x`,
    met: taken / bare < goal,
  });
  return [
    figure('chaos --version', median(times.version), 1.5),
    figure('chaos validate az-outage.yaml', median(times.validate), 6),
  ];
}
