import { defineTarget } from '../../kernel/define.ts';
import { text } from '../../kernel/schema.ts';
import { zoneNames } from './instances.ts';
import { findLoadBalancers } from './load-balancers.ts';

export type LoadBalancerZone = {
  readonly loadBalancerArn: string;
  readonly loadBalancer: string;
  readonly zoneId: string;
  readonly zoneName: string;
};

/** A zone that is enabled for a load balancer. */
export const loadBalancerZone = defineTarget({
  kind: 'aws/load-balancer-zone',
  summary: 'A zone that is enabled for application and network load balancers: all of them, or one by name.',
  select: {
    loadBalancer: text({
      doc: 'Name of the load balancer. Default: every one that the zone is enabled for.',
    }).optional(),
    zone: text({ doc: 'Id (use1-az1) or name (us-east-1a) of the zone.' }),
  },

  async find({ loadBalancer, zone }, host, signal) {
    const names = await zoneNames(host, signal);
    const zoneName = names.get(zone) ?? zone;
    const zoneId = [...names].find(([id, name]) => name === zoneName && id !== name)?.[0] ?? zoneName;
    const balancers = await findLoadBalancers({ name: loadBalancer }, host, signal);
    return balancers
      .filter(({ Type, AvailabilityZones = [] }) => {
        return Type !== 'gateway' && AvailabilityZones.some(({ ZoneName }) => ZoneName === zoneName);
      })
      .map(({ LoadBalancerArn: loadBalancerArn = '', LoadBalancerName: name = '' }): LoadBalancerZone => {
        return { loadBalancerArn, loadBalancer: name, zoneId, zoneName };
      });
  },
  name: ({ loadBalancer, zoneId }) => `${zoneId} of ${loadBalancer}`,
  // The zones of a load balancer are set as a whole.
  resource: ({ loadBalancer }) => [`load balancer ${loadBalancer}`],
  zone: ({ zoneId }) => zoneId,
});
