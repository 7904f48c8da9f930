import { aws } from '../../aws/calls.ts';
import { defineProbe } from '../../kernel/define.ts';
import { CallError } from '../../kernel/errors.ts';
import { oneOf, text } from '../../kernel/schema.ts';
import { observeCalls } from '../../targets/aws/observe.ts';

/** The state of a CloudWatch alarm. */
export const cloudwatchAlarm = defineProbe({
  id: 'aws.cloudwatch-alarm',
  summary: 'Look at the state of a CloudWatch alarm.',
  details:
    'It succeeds while the alarm is in the expected state, which is OK unless "expectState" says otherwise. An alarm ' +
    'that does not exist, or says that it has too little data, is a failure. One that treats missing data as not ' +
    'breaching is OK also while nothing is measured, and one that ignores it stays as it was: that is for the alarm ' +
    'to say, and proves the less. An alarm lags behind its metric by its periods.',
  params: {
    name: text({ doc: 'Name of the alarm, on a metric or composite.' }),
    expectState: oneOf(['OK', 'ALARM'], { doc: 'The state that counts as success.' }).default('OK'),
  },
  output: {
    state: { type: 'text', doc: 'OK, ALARM or INSUFFICIENT_DATA.' },
    reason: { type: 'text', doc: 'Why it is in that state, as CloudWatch says it.' },
  },
  example: `
- name: nobody would be paged
  probe: aws.cloudwatch-alarm
  with: { name: shop-is-short-of-hosts }
  tolerance: { success: { atLeast: 99% } }
`,

  async observe({ name, expectState }, host, signal) {
    const seen = await observeCalls(signal, async () => {
      const input = { AlarmNames: [name], AlarmTypes: ['MetricAlarm' as const, 'CompositeAlarm' as const] };
      const { MetricAlarms = [], CompositeAlarms = [] } = await host.read(
        aws('cloudwatch', 'DescribeAlarms', input),
        signal,
      );
      const [alarm] = [...MetricAlarms, ...CompositeAlarms];
      if (!alarm) throw new CallError('AlarmNotFound', `there is no alarm "${name}"`);
      return { state: alarm.StateValue ?? 'INSUFFICIENT_DATA', reason: alarm.StateReason ?? '' };
    });
    const { state } = seen.output;
    return !seen.ok || state === expectState ? seen : { ok: false, error: String(state), output: seen.output };
  },
});
