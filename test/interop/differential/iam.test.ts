import { afterAll, beforeAll, describe } from 'vitest';
import { iamCalls } from './calls/iam.ts';
import { bothSides, differential } from './differential.ts';
import { IAM } from './known/iam.ts';

// There is no Moto but that of PyPI, which not everybody reaches.
describe.skipIf(process.env.CHAOS_WITHOUT_MOTO === '1')('IAM', () => {
  const sides = bothSides();
  beforeAll(sides.open);
  afterAll(sides.close);
  differential(sides, [{ of: 'identities', ground: 'identities', service: 'iam', calls: iamCalls, runs: 40 }], {
    own: IAM,
    listed: 17,
  });
});
