import type { BlueprintRecord } from '../kernel/blueprint.ts';
import { canBeChosen } from '../kernel/routing.ts';
import type { RECORD } from './blueprint-grammar.ts';
import type { Checker, Read } from './checker.ts';
import type { Path } from './source.ts';

type Routing = Pick<
  BlueprintRecord,
  'setIdentifier' | 'weight' | 'failover' | 'multiValue' | 'evaluateTargetHealth' | 'healthCheck'
>;

const POLICIES = ['weight', 'failover', 'multivalue'] as const;

/** How a record is chosen among those of its name and type, and by which health. */
export function readRouting(checker: Checker, at: Path, read: Read<typeof RECORD>): Routing {
  const given = POLICIES.filter((key) => read[key] !== undefined && read[key] !== false);
  if (given.length > 1) {
    const what = `the record has ${given.map((key) => `"${key}"`).join(' and ')}`;
    checker.say('SPEC_CONFLICT', [...at, given[1] ?? ''], what, { fix: 'keep one of them', at: 'key' });
  }
  checkWeight(checker, at, read);
  checkType(checker, at, read);
  checkHealth(checker, at, read);
  const { setIdentifier = read.failover, weight, failover, multivalue, alias } = read;
  const isEvaluated = alias !== undefined && (read.evaluateTargetHealth ?? failover !== undefined);
  const healthCheck = healthCheckOf(read);
  return {
    ...(setIdentifier !== undefined && { setIdentifier }),
    ...(weight !== undefined && { weight }),
    ...(failover !== undefined && { failover: failover === 'primary' ? 'PRIMARY' : 'SECONDARY' }),
    ...(multivalue && { multiValue: true }),
    ...(isEvaluated && { evaluateTargetHealth: true }),
    ...(healthCheck && { healthCheck }),
  };
}

function healthCheckOf({ healthCheck }: Read<typeof RECORD>): BlueprintRecord['healthCheck'] {
  if (!healthCheck) return undefined;
  const { path, port, interval, failures, loadBalancer } = healthCheck;
  return {
    ...(path !== undefined && { path }),
    ...(port !== undefined && { port }),
    ...(loadBalancer !== undefined && { loadBalancer }),
    interval: interval === '10s' ? 10 : 30,
    threshold: failures,
  };
}

/** A weighted record has a weight and a name among its like; of the others, one that fails over may have a name. */
function checkWeight(checker: Checker, at: Path, { setIdentifier, weight, failover }: Read<typeof RECORD>): void {
  if (failover !== undefined && weight === undefined) return;
  if ((setIdentifier === undefined) === (weight === undefined)) return;
  const [missing, other] = weight === undefined ? ['weight', 'setIdentifier'] : ['setIdentifier', 'weight'];
  const fix = `add "${missing}:", or remove "${other}"`;
  checker.say('SPEC_MISSING', at, 'a weighted record needs "setIdentifier" and "weight"', { fix });
}

/** A policy that the type can have, and a health check of an address only where the record holds one. */
function checkType(checker: Checker, at: Path, read: Read<typeof RECORD>): void {
  const { type = 'A', healthCheck } = read;
  for (const policy of POLICIES) {
    if (read[policy] === undefined || read[policy] === false || canBeChosen(type, policy)) continue;
    const what = `a record of type ${type} cannot have "${policy}"`;
    checker.say('SPEC_CONFLICT', [...at, policy], what, { fix: 'remove it, or write another type', at: 'key' });
  }
  if (healthCheck && healthCheck.loadBalancer === undefined && type !== 'A') {
    const what = `a record of type ${type} holds no address that can be looked at`;
    checker.say('SPEC_CONFLICT', [...at, 'healthCheck'], what, { fix: 'write "loadBalancer:" in it', at: 'key' });
  }
}

/** Health decides only where there is a choice, and where it must decide, it must be known. */
function checkHealth(checker: Checker, at: Path, read: Read<typeof RECORD>): void {
  const { alias, failover, weight, multivalue, healthCheck, evaluateTargetHealth } = read;
  const hasChoice = failover !== undefined || weight !== undefined || multivalue === true;
  if (healthCheck && !hasChoice) {
    const what = 'a health check makes no difference to a record that is always answered';
    const fix = 'add "failover:", "weight:" or "multivalue: true", or remove it';
    checker.say('SPEC_CONFLICT', [...at, 'healthCheck'], what, { fix, at: 'key' });
  }
  if (evaluateTargetHealth !== undefined && alias === undefined) {
    const fix = 'remove it, or write a load balancer for "alias"';
    checker.say('SPEC_CONFLICT', [...at, 'evaluateTargetHealth'], 'only an alias has a target', { fix, at: 'key' });
  }
  if (multivalue === true && alias !== undefined) {
    const fix = 'remove it, or write "instances:" or "values:" instead of "alias:"';
    checker.say('SPEC_CONFLICT', [...at, 'multivalue'], 'an alias cannot be one of several values', { fix, at: 'key' });
  }
  const isEvaluated = alias !== undefined && evaluateTargetHealth !== false;
  if (failover === 'primary' && !isEvaluated && checker.at([...at, 'healthCheck']) === undefined) {
    const fix =
      alias === undefined
        ? 'add "healthCheck:", such as { path: /healthz }'
        : 'remove "evaluateTargetHealth: false", or add "healthCheck:" with "loadBalancer:" in it';
    checker.say('SPEC_MISSING', at, 'nothing tells when the primary record fails over', { fix });
  }
}
