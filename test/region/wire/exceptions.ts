/**
 * Operations that a client cannot be asked to round-trip, each with its reason. The number may fall and may not grow:
 * a test counts them.
 */
export const EXCEPTIONS: Readonly<Record<'sdk' | 'query' | 'boto3', Readonly<Record<string, string>>>> = {
  sdk: {
    'sts:AssumeRoleWithSAML': 'goes unsigned, which the door refuses',
    'sts:AssumeRoleWithWebIdentity': 'goes unsigned, which the door refuses',
    'lambda:InvokeWithResponseStream': 'answers a stream of events',
  },
  query: {
    'sqs:ReceiveMessage': 'has one key for AttributeNames and MessageSystemAttributeNames, which mean the same',
  },
  boto3: {
    'ec2:GetConsoleOutput': 'decodes the output, which is base64 only where an instance wrote it',
    'lambda:InvokeWithResponseStream': 'answers a stream of events',
    'ssm:CreateCloudConnector': 'knows a member of a union that the catalogue does not know yet',
    'ssm:UpdateCloudConnector': 'knows a member of a union that the catalogue does not know yet',
    'sts:AssumeRoleWithSAML': 'goes unsigned, which the door refuses',
    'sts:AssumeRoleWithWebIdentity': 'goes unsigned, which the door refuses',
  },
};

export const exceptionsOf = (client: keyof typeof EXCEPTIONS, service: string): ReadonlySet<string> =>
  new Set(
    Object.keys(EXCEPTIONS[client])
      .filter((key) => key.startsWith(`${service}:`))
      .map((key) => key.slice(service.length + 1)),
  );
