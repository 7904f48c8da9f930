import type { Answer, decode } from 'dns-packet';
import type { DnsAnswer } from '../kernel/ports.ts';

/** A DNS message in our own words: values are spelt as zone files and Route 53 spell them. */
export function answerOf(message: ReturnType<typeof decode>): DnsAnswer {
  const { rcode } = message as { rcode?: string };
  const answers = (message.answers ?? []).filter(({ type }) => type !== 'OPT').map(recordOf);
  const soa = (message.authorities ?? []).find((record) => record.type === 'SOA');
  if (soa?.type !== 'SOA' || answers.length > 0) return { code: rcode ?? 'NOERROR', answers };
  const negativeTtl = Math.min(soa.ttl ?? 0, soa.data.minimum ?? 0);
  return { code: rcode ?? 'NOERROR', answers, negativeTtl };
}

const recordOf = (record: Answer) => ({
  name: record.name,
  type: record.type,
  ttl: 'ttl' in record ? (record.ttl ?? 0) : 0,
  data: dataOf(record),
});

function dataOf(record: Answer): string {
  switch (record.type) {
    case 'TXT':
      return [record.data]
        .flat()
        .map((part) => `"${part.toString()}"`)
        .join(' ');
    case 'MX':
      return `${record.data.preference ?? 0} ${record.data.exchange}`;
    case 'SRV':
      return `${record.data.priority ?? 0} ${record.data.weight ?? 0} ${record.data.port} ${record.data.target}`;
    case 'SOA': {
      const { mname, rname, serial, refresh, retry, expire, minimum } = record.data;
      return [mname, rname, serial, refresh, retry, expire, minimum].join(' ');
    }
    default:
      return 'data' in record ? String(record.data) : '';
  }
}
