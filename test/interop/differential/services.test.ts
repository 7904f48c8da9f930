import { afterAll, beforeAll, describe } from 'vitest';
import { autoScalingCalls } from './calls/auto-scaling.ts';
import { elbv2Calls } from './calls/elbv2.ts';
import { route53Calls } from './calls/route53.ts';
import { bothSides, differential } from './differential.ts';
import { AUTO_SCALING } from './known/auto-scaling.ts';
import { EC2 } from './known/ec2.ts';
import { ELBV2 } from './known/elbv2.ts';
import { ROUTE53 } from './known/route53.ts';

// There is no Moto but that of PyPI, which not everybody reaches.
describe.skipIf(process.env.CHAOS_WITHOUT_MOTO === '1')('Route 53, load balancers, Auto Scaling', () => {
  const sides = bothSides();
  beforeAll(sides.open);
  afterAll(sides.close);
  differential(
    sides,
    [
      { of: 'names', ground: 'names', service: 'route-53', calls: route53Calls, runs: 52 },
      { of: 'load balancers', ground: 'balancer', service: 'elastic-load-balancing-v2', calls: elbv2Calls, runs: 34 },
      { of: 'Auto Scaling groups', ground: 'group', service: 'auto-scaling', calls: autoScalingCalls, runs: 44 },
    ],
    { own: [...ROUTE53, ...ELBV2, ...AUTO_SCALING], lent: EC2, listed: 67, byChance: 3 },
  );
});
