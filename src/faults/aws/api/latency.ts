import { defineFault } from '../../../kernel/define.ts';
import { duration } from '../../../kernel/schema.ts';
import { API_PARAMS, apiMeans, MANUAL_API_RECOVERY } from '../../../targets/aws/api-means.ts';

const params = {
  ...API_PARAMS,
  delay: duration({ doc: 'How long a call that is hit waits before it is carried out.', max: '10m' }).prefault('2s'),
};

/** An AWS API is slow. */
export const apiLatency = defineFault({
  id: 'aws.api.latency',
  summary: 'Let AWS calls of named operations wait before they are carried out.',
  details:
    'The door of the region holds up a share of the calls, or the first so many, for "delay", and then carries them ' +
    'out: also those whose client has given up meanwhile, as a real service would. Which calls are hit follows from ' +
    'the seed. The fault ends by itself after "expiresAfter".',
  params,
  reversal: 'reverts',
  example: `
- name: describing instances is slow
  fault: aws.api.latency
  select: { service: ec2, operations: [DescribeInstances] }
  with: { delay: 3s }
  for: 30s
`,
  manualRecovery: MANUAL_API_RECOVERY,
  covers: ['slow cloud API', 'client time-outs', 'work that is done after its client gave up'],
  means: {
    facility: apiMeans(params, 'aws.api.latency')((_service, { delay }) => ({ does: 'delay', delayMs: delay })),
  },
});
