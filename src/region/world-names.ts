/** The name under which name server number `k` (from 1) serves every hosted zone, as NS records give it. */
export const nameServerName = (k: number): string => `ns-${k}.dns.internal`;
