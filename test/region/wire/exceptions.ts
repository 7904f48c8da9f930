/**
 * Operations that a client cannot be asked to round-trip, each with its reason. The number may fall and may not grow:
 * a test counts them.
 */
export const EXCEPTIONS: Readonly<Record<'sdk', Readonly<Record<string, string>>>> = {
  sdk: {
    'sts:AssumeRoleWithSAML': 'goes unsigned, which the door refuses',
    'sts:AssumeRoleWithWebIdentity': 'goes unsigned, which the door refuses',
    'lambda:InvokeWithResponseStream': 'answers a stream of events',
  },
};

export const exceptionsOf = (client: keyof typeof EXCEPTIONS, service: string): ReadonlySet<string> =>
  new Set(
    Object.keys(EXCEPTIONS[client])
      .filter((key) => key.startsWith(`${service}:`))
      .map((key) => key.slice(service.length + 1)),
  );
