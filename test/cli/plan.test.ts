import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type PlannedExperiment, policyOf } from '../../src/cli/plan.ts';
import { makeHome, processesOf, runCli, until } from '../support/run-cli.ts';

const { home, remove } = makeHome();
afterAll(remove);

/** One instance that leaves a mark as soon as it is started. */
const blueprint = (mark: string) => `
version: 1
title: One zone
zones: [use1-az1]
instances:
  - name: web
    command:
      - ${process.execPath}
      - -e
      - |
        require('node:fs').writeFileSync(${JSON.stringify(mark)}, 'started');
        require('node:http').createServer((_, answer) => answer.end('ok')).listen(Number(process.env.PORT), '127.0.0.1');
    port: 8080
    perZone: 1
`;

const EXPERIMENT = `
version: 1
title: One machine stops
account: embedded
blueprint: ./region.yaml
steadyStateHypothesis:
  title: It answers
  probes:
    - name: web
      probe: aws.ec2.instance-count
      with: { state: running, rate: 5/s }
      tolerance: { count: { atLeast: 0 } }
method:
  - { name: stop, fault: aws.ec2.stop-instances, select: { zone: use1-az1 }, for: 1s }
`;

test('a plan starts no instance, and leaves no process behind', async () => {
  const folder = path.join(home, 'work');
  mkdirSync(folder);
  const mark = path.join(folder, 'mark');
  writeFileSync(path.join(folder, 'region.yaml'), blueprint(mark));
  writeFileSync(path.join(folder, 'experiment.yaml'), EXPERIMENT);
  const { code, stdout, stderr } = await runCli(['plan', 'experiment.yaml', '--json'], { home, cwd: folder });
  expect(code, stderr).toBe(0);
  expect(stdout).toContain('web-a1');
  expect(existsSync(mark), 'an instance was started').toBe(false);
  await until('no process is left', 5_000, () => processesOf(home).length === 0);
});

test('a random choice follows --seed, or else the seed of the file, and says which it was', async () => {
  const folder = path.join(home, 'random');
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'region.yaml'), blueprint('/dev/null').replace('perZone: 1', 'perZone: 6'));
  const random = EXPERIMENT.replace('zone: use1-az1 }', 'percent: 20%, choose: random }');
  writeFileSync(path.join(folder, 'experiment.yaml'), `${random}seed: 7\n`);
  const plan = async (...flags: string[]) => {
    const { code, stdout, stderr } = await runCli(['plan', 'experiment.yaml', ...flags], { home, cwd: folder });
    expect(code, stderr).toBe(0);
    return stdout;
  };
  const [asWritten, asked] = await Promise.all([plan(), plan('--seed', '11')]);
  expect(asWritten).toContain('targets chosen with the seed 7; again with --seed 7');
  expect(asked).toContain('targets chosen with the seed 11; again with --seed 11');
  expect(asWritten).toMatch(/^ {2}aws\.ec2\.stop-instances on web-a\d/m);
});

test('--iam prints the policy that a run needs, and nothing else; --json has it beside the plan', async () => {
  const folder = path.join(home, 'iam');
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'region.yaml'), blueprint('/dev/null'));
  writeFileSync(path.join(folder, 'experiment.yaml'), EXPERIMENT);
  const plan = (...flags: string[]) => runCli(['plan', 'experiment.yaml', '--iam', ...flags], { home, cwd: folder });
  const [{ code, stdout, stderr }, whole] = await Promise.all([plan(), plan('--json')]);
  expect(code, stderr).toBe(0);
  expect(JSON.parse(whole.stdout)).toMatchObject({ policy: JSON.parse(stdout), outcome: 'planned', plans: [{}] });
  const Action = ['ec2:DescribeAvailabilityZones', 'ec2:DescribeInstances', 'ec2:StartInstances', 'ec2:StopInstances'];
  expect(JSON.parse(stdout)).toEqual({
    Version: '2012-10-17',
    Statement: [{ Sid: 'ChaosExperiment', Effect: 'Allow', Action, Resource: '*' }],
  });
});

test('a run that needs no permission has a policy all the same: IAM takes none that says nothing', () => {
  const none = { permissions: ['facility:CutPower', 'command:run'] } as unknown as PlannedExperiment;
  const Statement = [{ Sid: 'ChaosExperiment', Effect: 'Allow', Action: ['sts:GetCallerIdentity'], Resource: '*' }];
  expect(policyOf([none])).toEqual({ Version: '2012-10-17', Statement });
});
