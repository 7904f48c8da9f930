import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeHome, processesOf, runCli, until } from '../support/run-cli.ts';

const { home, remove } = makeHome();
afterAll(remove);

/** One for each fault, with the shop and a system of one's own. */
const VARIANTS = [
  {
    lose: 'zone',
    args: ['--zones', '2', '--command', `'${process.execPath}' server.cjs "$PORT"`, '--page', '/ok'],
    set: ['lasts=4s', 'rate=40/s', 'served=50%'],
  },
  { lose: 'instance', args: ['--zones', '1'], set: ['lasts=3s', 'rate=40/s', 'served=50%'] },
  { lose: 'record', args: ['--zones', '1'], set: ['lasts=3s', 'rate=40/s', 'served=80%'] },
];

/** With claims that a second can support. */
function shorten(file: string): void {
  const text = readFileSync(file, 'utf8');
  const short = text
    .replace(/(tolerance: .* atLeast: )\d+%/, '$190%')
    .replace('  recoverWithin: 20s', '  recoverWithin: 20s\n  baseline: 1s\n  stay: 1s');
  writeFileSync(file, short);
}

describe('what "chaos init" writes', () => {
  beforeAll(() => {
    writeFileSync(
      `${home}/server.cjs`,
      "require('node:http').createServer((q, a) => { a.statusCode = q.url === '/ok' ? 200 : 404; a.end(); }).listen(process.argv[2], '127.0.0.1');\n",
    );
  });

  test.each(VARIANTS)(
    'runs and holds: the loss of a $lose',
    async ({ lose, args, set }) => {
      const made = await runCli(['init', lose, '--lose', lose, ...args], { home, cwd: home });
      expect(made.code, made.stderr).toBe(0);
      shorten(`${home}/${lose}/lose-${lose}.yaml`);
      const settings = set.flatMap((one) => ['--set', one]);
      const { code, stdout, stderr } = await runCli(['run', `${lose}/lose-${lose}.yaml`, '--json', ...settings], {
        home,
        cwd: home,
      });
      const report = JSON.parse(stdout) as { outcome: string; injections: { attested: { bites: boolean } }[] };
      expect({ code, outcome: report.outcome }, stderr).toEqual({ code: 0, outcome: 'held' });
      expect(report.injections.map(({ attested }) => attested.bites)).toEqual([true]);
    },
    60_000,
  );

  afterAll(async () => {
    await until('no process is left', 3_000, () => processesOf(home).length === 0);
  });
});
