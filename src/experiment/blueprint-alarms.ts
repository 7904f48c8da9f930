import type { BlueprintAlarm } from '../kernel/blueprint.ts';
import { ALARM } from './blueprint-grammar.ts';
import type { Checker, Read } from './checker.ts';
import { type Part, readList } from './parts.ts';
import type { Path } from './source.ts';

/** What a value is compared by, and what CloudWatch calls it. */
const COMPARISONS = {
  above: 'GreaterThanThreshold',
  atLeast: 'GreaterThanOrEqualToThreshold',
  below: 'LessThanThreshold',
  atMost: 'LessThanOrEqualToThreshold',
} as const;
const KEYS = Object.keys(COMPARISONS) as (keyof typeof COMPARISONS)[];

const SECONDS = { '1s': 1, '5s': 5, '10s': 10, '20s': 20, '30s': 30, '1m': 60, '5m': 300 } as const;

export const readAlarms = (checker: Checker): Part<BlueprintAlarm>[] =>
  readList(checker, ['alarms'], (at) => readAlarm(checker, at));

function readAlarm(checker: Checker, at: Path): BlueprintAlarm | undefined {
  const read = checker.fields(ALARM, at);
  const { name, namespace, metric, dimensions = {}, loadBalancer, targetGroup, breaching, periods = 1 } = read;
  const given = KEYS.filter((key) => checker.at([...at, key]) !== undefined);
  if (given.length === 0) {
    const fix = `add one of: ${KEYS.join(', ')}`;
    checker.say('SPEC_MISSING', at, 'the alarm has no threshold', { fix });
  } else if (given.length > 1) {
    const what = `the alarm has ${given.map((key) => `"${key}"`).join(' and ')}`;
    checker.say('SPEC_CONFLICT', [...at, given[1] ?? ''], what, { fix: 'keep one of them', at: 'key' });
  }
  if (breaching !== undefined && breaching > periods) {
    const what = `"breaching" is ${breaching}, and "periods" is ${periods}`;
    const fix = `write at most ${periods} for "breaching", or at least ${breaching} for "periods"`;
    checker.say('SPEC_CONFLICT', [...at, 'breaching'], what, { fix });
  }
  checkDimensions(checker, at, read);
  const [key = 'above'] = given;
  const threshold = read[key];
  if (name === undefined || namespace === undefined || metric === undefined || threshold === undefined)
    return undefined;
  return {
    name,
    namespace,
    metric,
    dimensions,
    ...(loadBalancer !== undefined && { loadBalancer }),
    ...(targetGroup !== undefined && { targetGroup }),
    statistic: read.statistic ?? 'Average',
    period: SECONDS[read.period ?? '1s'],
    periods,
    breaching: breaching ?? periods,
    threshold,
    comparison: COMPARISONS[key],
    missing: read.missing ?? 'missing',
  };
}

/** A metric has at most so many. */
const MOST_DIMENSIONS = 30;

/** What a load balancer or a target group stands for is not said twice, and every dimension has a name. */
function checkDimensions(
  checker: Checker,
  at: Path,
  { dimensions = {}, loadBalancer, targetGroup }: Read<typeof ALARM>,
) {
  const names = Object.keys(dimensions);
  const place = [...at, 'dimensions'];
  const twice = [loadBalancer && 'LoadBalancer', targetGroup && 'TargetGroup'].find((name) =>
    names.includes(name ?? ''),
  );
  if (twice !== undefined) {
    const what = `the dimension "${twice}" is given twice`;
    checker.say('SPEC_CONFLICT', [...place, twice], what, { fix: 'keep its value, or its name', at: 'key' });
  }
  if (names.some((name) => name.trim() === '' || name.length > 255)) {
    checker.say('SPEC_TYPE', place, 'a dimension has no name, or too long a one', {
      fix: 'name each with 1 to 255 characters',
    });
  }
  if (names.length > MOST_DIMENSIONS - 2) {
    const what = `the metric has ${names.length} dimensions`;
    checker.say('SPEC_BLUEPRINT', place, what, { fix: `keep at most ${MOST_DIMENSIONS - 2}` });
  }
}
