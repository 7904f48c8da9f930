import { throttlingOf } from '../../../aws/throttling.ts';
import { defineFault } from '../../../kernel/define.ts';
import { API_PARAMS, apiMeans, MANUAL_API_RECOVERY } from '../../../targets/aws/api-means.ts';

/** An AWS API refuses calls because there are too many. */
export const apiThrottle = defineFault({
  id: 'aws.api.throttle',
  summary: 'Let AWS calls of named operations be throttled.',
  details:
    'The door of the region refuses a share of the calls, or the first so many, with the error by which the service ' +
    'tells a client that it calls too often (RequestLimitExceeded of EC2, Throttling of Route 53), and does not carry ' +
    'them out. Which calls are hit follows from the seed. The fault ends by itself after "expiresAfter".',
  params: API_PARAMS,
  reversal: 'reverts',
  example: `
- name: launches are throttled
  fault: aws.api.throttle
  select: { service: ec2, operations: [RunInstances, StartInstances] }
  with: { share: 80% }
  for: 30s
`,
  manualRecovery: MANUAL_API_RECOVERY,
  covers: ['API throttling', 'retry storm', 'exhausted request quota'],
  means: {
    facility: apiMeans(
      API_PARAMS,
      'aws.api.throttle',
    )((service) => ({ does: 'error', error: { ...throttlingOf(service) } })),
  },
});
