import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadCatalogue, type ServiceId } from '../../src/aws/catalogue/catalogue.ts';
import { Fault } from '../../src/region/services/fault.ts';
import { makeService, type Operation, type Service } from '../../src/region/wire/schema.ts';
import { type EchoDoor, echoDoor } from '../region/wire/echo-door.ts';
import { exceptionsOf } from '../region/wire/exceptions.ts';
import { show } from '../region/wire/round-trips.ts';
import { knownPart } from './known-part.ts';
import { PYTHON_ENVIRONMENT, pythonWith } from './python.ts';

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
  readonly fault?: string;
  readonly raised?: unknown;
  readonly should?: unknown;
}

let door: EchoDoor;
let python: string;

beforeAll(async () => {
  python = pythonWith('boto3');
  door = await echoDoor();
});
afterAll(() => door.close());

interface Play {
  /** Round trips that were made, and what differed, by operation. */
  made: number;
  readonly differing: Map<string, string>;
  /** Errors that were raised, and those that came out otherwise. */
  raised: number;
  readonly misnamed: string[];
  /** Operations of boto3 that the catalogue does not have. */
  readonly unknown: Set<string>;
}

/** Plays the other side of the Python program. */
async function play(id: ServiceId, child: ChildProcess, lines: Interface): Promise<Play> {
  const service = makeService(await loadCatalogue(id));
  const seen: Play = { made: 0, differing: new Map(), raised: 0, misnamed: [], unknown: new Set() };
  let asked: Asked | undefined;
  for await (const text of lines) {
    const line = JSON.parse(text) as Line;
    if (line.operation !== undefined) {
      asked = prepare(service, line.operation, line);
      if (!asked && line.fault === undefined) seen.unknown.add(line.operation);
      child.stdin?.write(asked ? 'go\n' : 'skip\n');
    } else if (line.raised !== undefined) {
      seen.raised++;
      if (show(line.raised) !== show(line.should))
        seen.misnamed.push(`${show(line.raised)} is not ${show(line.should)}`);
    } else if (asked && line.input !== undefined) {
      seen.made++;
      const wrong = difference(asked, line);
      if (wrong !== undefined) seen.differing.set(asked.operation.name, wrong);
    }
  }
  return seen;
}

interface Asked {
  readonly operation: Operation;
  readonly output: Record<string, unknown>;
}

/** Lays ready what the door is to answer. Undefined when the catalogue has no such operation, or no such error. */
function prepare(service: Service, name: string, { fault, output: wanted }: Line): Asked | undefined {
  const operation = service.operation(name);
  if (!operation) return undefined;
  const refusable = service.error(fault ?? '') && !exceptionsOf('boto3', service.facts.id).has(name);
  if (fault !== undefined && !refusable) return undefined;
  const output = fault === undefined ? knownPart(operation.output, wanted) : {};
  const answer = () => {
    if (fault !== undefined) throw new Fault(fault, 'said so');
    return output;
  };
  Object.assign(door, { received: undefined, answer });
  return { operation, output };
}

function difference({ operation, output }: Asked, line: Line): string | undefined {
  const input = knownPart(operation.input, line.input);
  const got = line.error ?? knownPart(operation.output, line.got);
  if (show(door.received?.input) === show(input) && show(got) === show(output)) return undefined;
  return `${show([door.received?.input, got])} is not ${show([input, output])}`.slice(0, 2_000);
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
      const { made, differing, unknown, raised, misnamed } = await play(
        id,
        child,
        createInterface({ input: child.stdout }),
      );
      expect(await ended).toBe(0);
      const excepted = exceptionsOf('boto3', id);
      console.info(
        `${id}: ${made} round trips, ${differing.size} differ; ${raised} errors; ${unknown.size} operations unknown`,
      );
      expect([...differing].filter(([operation]) => !excepted.has(operation)).slice(0, 5)).toEqual([]);
      expect(misnamed).toEqual([]);
      expect(made).toBeGreaterThan(5 * ROUNDS);
    });
  }
});
