/** How a service refuses a call, as its own clients know it. */
export interface ServiceError {
  readonly code: string;
  readonly status: number;
  readonly message: string;
}

/** What a service answers to a client that calls too often, by the service's id in the catalogue. */
export const throttlingOf = (service: string): ServiceError => THROTTLING[service] ?? JSON_THROTTLING;

/** What a service answers that cannot serve for a while. */
export const unavailableOf = (service: string): ServiceError =>
  service === 'ec2'
    ? { code: 'Unavailable', status: 503, message: 'The server is overloaded and cannot handle the request.' }
    : { code: 'ServiceUnavailable', status: 503, message: 'The request has failed due to a temporary failure.' };

const RATE = 'Rate exceeded';
const QUERY_THROTTLING: ServiceError = { code: 'Throttling', status: 400, message: RATE };
const JSON_THROTTLING: ServiceError = { code: 'ThrottlingException', status: 400, message: RATE };
const THROTTLING: Readonly<Record<string, ServiceError>> = {
  ec2: { code: 'RequestLimitExceeded', status: 503, message: 'Request limit exceeded.' },
  'elastic-load-balancing-v2': QUERY_THROTTLING,
  'route-53': QUERY_THROTTLING,
  sts: QUERY_THROTTLING,
  iam: QUERY_THROTTLING,
  'auto-scaling': QUERY_THROTTLING,
  cloudwatch: QUERY_THROTTLING,
  rds: QUERY_THROTTLING,
  sqs: { code: 'RequestThrottled', status: 400, message: 'Request is throttled.' },
  lambda: { code: 'TooManyRequestsException', status: 429, message: RATE },
};
