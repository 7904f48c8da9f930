import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadCatalogue, type ServiceId } from '../../src/aws/catalogue/catalogue.ts';
import { makeService, type Operation } from '../../src/region/wire/schema.ts';
import { type EchoDoor, echoDoor } from '../region/wire/echo-door.ts';
import { exceptionsOf } from '../region/wire/exceptions.ts';
import { show } from '../region/wire/round-trips.ts';
import { knownPart } from './known-part.ts';
import { PYTHON_ENVIRONMENT, pythonWithBoto3 } from './python.ts';

const ROUNDS = 2;
const SEED = 20_261;

/** What boto3 calls the services. */
const NAMES: Readonly<Record<ServiceId, string>> = {
  'auto-scaling': 'autoscaling',
  cloudwatch: 'cloudwatch',
  dynamodb: 'dynamodb',
  ec2: 'ec2',
  'elastic-load-balancing-v2': 'elbv2',
  fis: 'fis',
  iam: 'iam',
  kms: 'kms',
  lambda: 'lambda',
  rds: 'rds',
  'route-53': 'route53',
  'secrets-manager': 'secretsmanager',
  sqs: 'sqs',
  ssm: 'ssm',
  sts: 'sts',
};

interface Line {
  readonly version?: string;
  readonly operation?: string;
  readonly output?: unknown;
  readonly input?: unknown;
  readonly got?: unknown;
  readonly error?: string;
}

let door: EchoDoor;
let python: string;

beforeAll(async () => {
  python = pythonWithBoto3();
  door = await echoDoor();
});
afterAll(() => door.close());

/** Plays the other side of the Python program. Returns what differed, by operation, and how many round trips were made. */
async function play(id: ServiceId, child: ChildProcess, lines: Interface) {
  const service = makeService(await loadCatalogue(id));
  const differing = new Map<string, string>();
  const unknown = new Set<string>();
  let asked: { operation: Operation; output: Record<string, unknown> } | undefined;
  let made = 0;
  for await (const text of lines) {
    const line = JSON.parse(text) as Line;
    if (line.operation !== undefined) {
      const operation = service.operation(line.operation);
      if (!operation) unknown.add(line.operation);
      asked = operation && { operation, output: knownPart(operation.output, line.output) };
      const output = asked?.output;
      Object.assign(door, { received: undefined, answer: () => output });
      child.stdin?.write(operation ? 'go\n' : 'skip\n');
    } else if (asked && line.input !== undefined) {
      made++;
      const input = knownPart(asked.operation.input, line.input);
      const got = line.error ?? knownPart(asked.operation.output, line.got);
      const same = show(door.received?.input) === show(input) && show(got) === show(asked.output);
      const wrong = `${show([door.received?.input, got])} is not ${show([input, asked.output])}`;
      if (!same) differing.set(asked.operation.name, wrong.slice(0, 2_000));
    }
  }
  return { made, differing, unknown, missing: service.operations.length };
}

describe('what boto3 sends is what a step gets, and what a step gives is what boto3 returns', () => {
  for (const id of Object.keys(NAMES) as ServiceId[]) {
    test(`for every operation of ${id}`, async () => {
      const program = path.resolve('test/interop/boto3_echo.py');
      const child = spawn(python, [program, door.endpoint, String(SEED), String(ROUNDS), NAMES[id]], {
        env: PYTHON_ENVIRONMENT,
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
      const { made, differing, unknown } = await play(id, child, createInterface({ input: child.stdout }));
      expect(await ended).toBe(0);
      const excepted = exceptionsOf('boto3', id);
      console.info(
        `${id}: ${made} round trips, ${differing.size} differ, ${unknown.size} operations not in the catalogue`,
      );
      expect([...differing].filter(([operation]) => !excepted.has(operation)).slice(0, 5)).toEqual([]);
      expect(made).toBeGreaterThan(5 * ROUNDS);
    });
  }
});
