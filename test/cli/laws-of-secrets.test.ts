import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { FORMS, leaks } from '../support/leaks.ts';
import { makeHome, runCli } from '../support/run-cli.ts';

const PASSWORD = `zK9'q"x/7+W <v>&p@L%r$u\\ü`;
const TOKEN = '-----BEGIN-QK-----\nVgT4kPw0Hd/xYb+2\nJm6nRzAe8sLuC1q=\n-----END-QK-----\n';
const LONG = Array.from({ length: 30 }, (_, index) => `${index}hQwZ`).join('~');
const SECRETS = [PASSWORD, ...TOKEN.split('\n').filter((line) => line !== ''), LONG];

/** What a program says that knows the secrets: each in every form. */
const SAID = [PASSWORD, TOKEN, LONG].flatMap((secret) => Object.values(FORMS).map((form) => form(secret))).join(' | ');

/** What somebody wrote into the file who should have used a parameter. */
const LITERAL = ['as it is', 'in JSON', 'in a URL', 'in a Basic header']
  .flatMap((form) => [PASSWORD, TOKEN, LONG].map((secret) => FORMS[form]?.(secret)))
  .join(' | ');

const { home, remove } = makeHome();
afterAll(remove);
const folder = path.join(home, 'files');
mkdirSync(folder);
const at = (name: string) => path.join(folder, name);

const probe = {
  name: 'p ${dbPassword}',
  probe: 'command',
  with: { command: ['sh', '-c', 'exit 0', '${dbPassword}'], rate: '20/s', env: { T: '${env:QK_TOKEN}' } },
  tolerance: { success: { atLeast: '40%' } },
};
const sound = {
  version: 1,
  title: 'T ${dbPassword} ${env:QK_TOKEN}',
  account: 'host',
  parameters: { dbPassword: { type: 'string' }, longSecret: { type: 'string', default: LONG } },
  steadyStateHypothesis: {
    title: 'h ${dbPassword}',
    probes: [probe, { ...probe, name: 'q', during: { ...probe.tolerance, stdout: { matches: 'no ${longSecret}' } } }],
    baseline: '250ms',
    stay: '250ms',
    recoverWithin: '5s',
  },
  method: [
    {
      name: 's ${dbPassword}',
      command: ['sh', '-c', `printf '%s' "$SAID" | tr '\\n' ' ' >&2; exit 3`, '${longSecret}'],
      undo: ['sh', '-c', 'exit 0', '${dbPassword}'],
      env: { SAID: SAID.replaceAll('${', '$${'), PASSWORD: '${dbPassword}' },
    },
    { wait: '250ms' },
  ],
  rollbacks: [{ command: ['true', '${dbPassword}', '${env:QK_TOKEN}'] }],
};
const unsound = {
  ...sound,
  [LONG]: 1,
  parameters: { ...sound.parameters, longToken: { type: 'number' }, zone: { type: 'duration', default: LONG } },
  blastRadius: { targets: LONG, zones: '${longSecret}' },
  method: [
    { fault: 'x-${dbPassword}', for: LONG },
    { fault: 'az.power-loss', select: { zone: '${env:QK_TOKEN}' }, for: LITERAL },
  ],
};
/** Secrets that nobody declared: the file says by the names beside them what they are. */
const LITERALS = {
  step: 'qStep7-Zk9w"R$x',
  undo: "qUndo3 Wm'2v",
  rollback: 'qRoll5+Tb8/y=',
  probe: 'qProb1&Hn6<c',
  bearer: 'qBear9.Lp4.dX2',
  cookie: 'qCook2-Ys7Vf',
  key: 'qKey8_Gd3Ru',
  user: 'qUser4-Je6Na',
  word: 'qWord6-Fo1Kb',
};
const says = (...names: string[]) => ['sh', '-c', `printf '%s ' ${names.join(' ')} >&2; exit 3`];
const literal = (port: number) => ({
  ...sound,
  title: 'T',
  parameters: {},
  steadyStateHypothesis: {
    ...sound.steadyStateHypothesis,
    title: 'h',
    probes: [
      {
        name: 'http',
        probe: 'http',
        with: {
          url: `http://app:${LITERALS.user}@127.0.0.1:${port}/`,
          rate: '20/s',
          headers: {
            Authorization: `Bearer ${LITERALS.bearer}`,
            Cookie: `sid=${LITERALS.cookie}`,
            'X-Api-Key': LITERALS.key,
          },
        },
        tolerance: { success: { atLeast: '40%' } },
      },
      {
        name: 'command',
        probe: 'command',
        with: {
          command: ['sh', '-c', 'printf %s "$DB_PWD"', `--token=${LITERALS.word}`],
          rate: '20/s',
          env: { DB_PWD: LITERALS.probe },
        },
        tolerance: { success: { atLeast: '40%' }, stdout: { matches: 'q' } },
      },
    ],
  },
  method: [
    {
      command: ['sh', '-c', 'exit 0', `DB_PASS=${LITERALS.undo}`],
      undo: says('"$MY_TOKEN"', '"$SSH_KEY"'),
      env: { MY_TOKEN: LITERALS.step.replaceAll('${', '$${'), SSH_KEY: LITERALS.undo },
    },
    { wait: '250ms' },
  ],
  rollbacks: [{ command: says('"$SESSION"', '"$AUTH"'), env: { SESSION: LITERALS.rollback, AUTH: 'none' } }],
});
writeFileSync(at('sound.yaml'), JSON.stringify(sound));
writeFileSync(at('unsound.yaml'), JSON.stringify(unsound, null, 2));

const env = { TMPDIR: home, QK_TOKEN: TOKEN };
const leaksIn = (artefacts: Record<string, string>, secrets: readonly string[]) =>
  Object.entries(artefacts).flatMap(([name, text]) =>
    secrets.flatMap((secret) => leaks(text, secret).map((piece) => `${name}: ${piece}`)),
  );
const told = async (...args: string[]): Promise<string> => {
  const { stdout, stderr } = await runCli(args, { home, env });
  return stdout + stderr;
};

test('no form of a secret stands in anything that a run leaves, prints or tells of itself', async () => {
  const set = ['--set', `dbPassword=${PASSWORD}`];
  const reports = ['--events', at('events'), '--junit', at('junit.xml')];
  const [run, plan, planJson, problems, problemsJson, usage] = await Promise.all([
    told('run', at('sound.yaml'), ...set, ...reports),
    told('plan', at('sound.yaml'), ...set),
    told('plan', at('sound.yaml'), ...set, '--json'),
    told('validate', at('unsound.yaml'), ...set, '--set', `longToken=${LONG}`),
    told('validate', at('unsound.yaml'), ...set, '--set', `longToken=${LONG}`, '--json'),
    told('validate', at('sound.yaml'), '--set', `my Secret=${LONG}`),
  ]);
  const [show, json, list] = await Promise.all([
    told('journal', 'show', 'last'),
    told('journal', 'show', 'last', '--json'),
    told('journal', 'list'),
  ]);
  const artefacts: Record<string, string> = { run, plan, planJson, problems, problemsJson, usage, show, json, list };
  for (const name of ['events', 'junit.xml']) artefacts[name] = readFileSync(at(name), 'utf8');
  for (const { parentPath, name } of readdirSync(path.join(home, 'runs'), { recursive: true, withFileTypes: true })) {
    const file = path.join(parentPath, name);
    if (!statSync(file).isFile()) continue;
    if (name === 'undo.jsonl') expect(statSync(file).mode & 0o777).toBe(0o600);
    else artefacts[name] = readFileSync(file, 'utf8');
  }
  expect(Object.keys(artefacts)).toEqual(expect.arrayContaining(['journal.jsonl', 'samples.jsonl']));
  for (const name of [
    'run',
    'plan',
    'planJson',
    'problems',
    'problemsJson',
    'show',
    'json',
    'journal.jsonl',
    'events',
  ]) {
    expect(artefacts[name]?.length, name).toBeGreaterThan(200);
    expect(artefacts[name], name).toContain('[redacted]');
  }
  expect(leaksIn(artefacts, SECRETS)).toEqual([]);
});

test('no literal stands there that is secret by the name beside it, in whatever environment, header, URL or word', async () => {
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers['x-api-key']?.toString());
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const other = makeHome();
  const { port } = server.address() as AddressInfo;
  writeFileSync(at('literal.yaml'), JSON.stringify(literal(port)));
  writeFileSync(at('faulty.yaml'), JSON.stringify({ ...literal(port), blastRadius: LITERALS.step }));
  const call = async (...args: string[]) => {
    const { stdout, stderr } = await runCli(args, { home: other.home, env: { TMPDIR: other.home } });
    return stdout + stderr;
  };
  const run = await call('run', at('literal.yaml'), '--events', at('events'), '--junit', at('junit.xml'));
  const [plan, problems, show] = await Promise.all([
    call('plan', at('literal.yaml'), '--json'),
    call('validate', at('faulty.yaml')),
    call('journal', 'show', 'last', '--json'),
  ]);
  const [recorded = ''] = readdirSync(path.join(other.home, 'runs'));
  const read = (name: string) => readFileSync(path.join(other.home, 'runs', recorded, name), 'utf8');
  const files = { events: readFileSync(at('events'), 'utf8'), junit: readFileSync(at('junit.xml'), 'utf8') };
  const artefacts = {
    run,
    plan,
    problems,
    show,
    ...files,
    journal: read('journal.jsonl'),
    samples: read('samples.jsonl'),
  };
  server.close();
  other.remove();
  expect(seen).toContain(LITERALS.key);
  expect(run).toContain('MY_TOKEN=');
  expect(artefacts.journal).toContain('none');
  for (const name of ['run', 'plan', 'problems', 'events', 'journal'] as const) {
    expect(artefacts[name], name).toContain('[redacted]');
  }
  expect(leaksIn(artefacts, Object.values(LITERALS))).toEqual([]);
});
