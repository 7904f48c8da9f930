import { unavailableOf } from '../../../aws/throttling.ts';
import { defineFault } from '../../../kernel/define.ts';
import { integer, text } from '../../../kernel/schema.ts';
import { API_PARAMS, apiMeans, MANUAL_API_RECOVERY } from '../../../targets/aws/api-means.ts';

const params = {
  ...API_PARAMS,
  code: text({
    doc: 'The error code, such as PriorRequestNotComplete. Default: the service is unavailable.',
  }).optional(),
  status: integer({
    doc: 'The HTTP status, where the model of the service has none for the code.',
    min: 400,
    max: 599,
  }).optional(),
  message: text({ doc: 'The message of the error.' }).optional(),
};

/** An AWS API answers with errors, as during an outage of its control plane. */
export const apiErrors = defineFault({
  id: 'aws.api.errors',
  summary: 'Let AWS calls of named operations fail with an error of your choice.',
  details:
    'The door of the region answers a share of the calls, or the first so many, with an error, and does not carry them ' +
    'out. The default is what the service says when it is unavailable, which clients retry. A code of its model, such ' +
    'as PriorRequestNotComplete of Route 53, has the status that the model gives it. Which calls are hit follows from ' +
    'the seed. The fault ends by itself after "expiresAfter".',
  params,
  reversal: 'reverts',
  example: `
- name: half of the changes of records fail
  fault: aws.api.errors
  select: { service: route-53, operations: [ChangeResourceRecordSets] }
  with: { code: PriorRequestNotComplete, share: 50% }
  for: 30s
`,
  manualRecovery: MANUAL_API_RECOVERY,
  covers: ['outage of a control plane', 'errors of a cloud API', 'PriorRequestNotComplete'],
  means: {
    facility: apiMeans(
      params,
      'aws.api.errors',
    )((service, { code, status, message }) => {
      const usual = unavailableOf(service);
      const own = code === undefined ? usual : { code, status: 400, message: `The request failed (${code}).` };
      return {
        does: 'error',
        error: { code: own.code, message: message ?? own.message, status: status ?? own.status },
      };
    }),
  },
});
