import { afterAll, beforeAll, describe } from 'vitest';
import { instanceCalls } from './calls/instances.ts';
import { networkCalls } from './calls/network.ts';
import { bothSides, differential } from './differential.ts';
import { EC2 } from './known/ec2.ts';

// There is no Moto but that of PyPI, which not everybody reaches.
describe.skipIf(process.env.CHAOS_WITHOUT_MOTO === '1')('EC2', () => {
  const sides = bothSides();
  beforeAll(sides.open);
  afterAll(sides.close);
  differential(
    sides,
    [
      { of: 'instances', ground: 'instances', service: 'ec2', calls: instanceCalls, runs: 65 },
      { of: 'networks', ground: 'network', service: 'ec2', calls: networkCalls, runs: 65 },
    ],
    { own: EC2, listed: 57, byChance: 2 },
  );
});
