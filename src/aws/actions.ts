/** Services whose actions do not begin with their id in the catalogue. */
const PREFIX: Readonly<Record<string, string>> = {
  'auto-scaling': 'autoscaling',
  'elastic-load-balancing-v2': 'elasticloadbalancing',
  'route-53': 'route53',
  'secrets-manager': 'secretsmanager',
};

/** Operations that need the permission of an action of another name. */
const RENAMED: Readonly<Record<string, string>> = {
  'lambda:Invoke': 'lambda:InvokeFunction',
  'sqs:SendMessageBatch': 'sqs:SendMessage',
  'sqs:DeleteMessageBatch': 'sqs:DeleteMessage',
  'sqs:ChangeMessageVisibilityBatch': 'sqs:ChangeMessageVisibility',
};

/** What IAM calls an operation of a service: `autoscaling:SuspendProcesses`. */
export function actionOf(service: string, operation: string): string {
  const action = `${PREFIX[service] ?? service}:${operation}`;
  return RENAMED[action] ?? action;
}
