/**
 * Types of records among which Route 53 cannot choose by a policy.
 * https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html#Route53-Type-ResourceRecordSet-Type
 */
export function canBeChosen(type: string, policy: 'weight' | 'region' | 'failover' | 'multivalue'): boolean {
  if (type === 'NS' || type === 'SOA') return false;
  return policy !== 'multivalue' || type !== 'CNAME';
}
