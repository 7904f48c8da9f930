// Written by scripts/gen-catalog.js from the files under src/faults and src/probes.
import type { Catalog } from '../kernel/define.ts';

/** Every fault and every probe: what they are at once, their code on demand. */
export const catalog: Catalog = {
  faults: [
    {
      id: 'aws.api.errors',
      summary: 'Let AWS calls of named operations fail with an error of your choice.',
      load: async () => (await import('../faults/aws/api/errors.ts')).apiErrors,
    },
    {
      id: 'aws.api.latency',
      summary: 'Let AWS calls of named operations wait before they are carried out.',
      load: async () => (await import('../faults/aws/api/latency.ts')).apiLatency,
    },
    {
      id: 'aws.api.throttle',
      summary: 'Let AWS calls of named operations be throttled.',
      load: async () => (await import('../faults/aws/api/throttle.ts')).apiThrottle,
    },
    {
      id: 'aws.asg.suspend',
      summary: 'Suspend processes of an Auto Scaling group, and resume them when the fault ends.',
      load: async () => (await import('../faults/aws/asg/suspend.ts')).suspendProcesses,
    },
    {
      id: 'aws.ec2.reboot-instances',
      summary: 'Reboot EC2 instances; they come back by themselves.',
      load: async () => (await import('../faults/aws/ec2/reboot-instances.ts')).rebootInstances,
    },
    {
      id: 'aws.ec2.stop-instances',
      summary: 'Stop EC2 instances, and start them again when the fault ends.',
      load: async () => (await import('../faults/aws/ec2/stop-instances.ts')).stopInstances,
    },
    {
      id: 'aws.ec2.terminate-instances',
      summary: 'Terminate EC2 instances for good.',
      load: async () => (await import('../faults/aws/ec2/terminate-instances.ts')).terminateInstances,
    },
    {
      id: 'aws.elbv2.deregister-targets',
      summary: 'Take targets out of their target group, and register them again when the fault ends.',
      load: async () => (await import('../faults/aws/elbv2/deregister-targets.ts')).deregisterTargets,
    },
    {
      id: 'aws.elbv2.remove-zone',
      summary: 'Take a zone from a load balancer, and give it back when the fault ends.',
      load: async () => (await import('../faults/aws/elbv2/remove-zone.ts')).removeZone,
    },
    {
      id: 'aws.iam.deny',
      summary: 'Deny actions to an IAM role or user, and allow them again when the fault ends.',
      load: async () => (await import('../faults/aws/iam/deny.ts')).denyActions,
    },
    {
      id: 'aws.network.disrupt-connectivity',
      summary: 'Cut subnets off by swapping their network ACL, and give it back when the fault ends.',
      load: async () => (await import('../faults/aws/network/disrupt-connectivity.ts')).disruptConnectivity,
    },
    {
      id: 'aws.network.isolate-security-group',
      summary: 'Put instances into an empty security group, and back into their own when the fault ends.',
      load: async () => (await import('../faults/aws/network/isolate-security-group.ts')).isolateSecurityGroup,
    },
    {
      id: 'aws.route53.change-weight',
      summary: 'Change the weight of a weighted DNS record set, and set it back when the fault ends.',
      load: async () => (await import('../faults/aws/route53/change-weight.ts')).changeWeight,
    },
    {
      id: 'aws.route53.empty-record',
      summary: 'Leave a DNS name without values, and give them back when the fault ends.',
      load: async () => (await import('../faults/aws/route53/empty-record.ts')).emptyRecord,
    },
    {
      id: 'aws.route53.flip-health-check',
      summary: 'Invert or disable a Route 53 health check, and set it back when the fault ends.',
      load: async () => (await import('../faults/aws/route53/flip-health-check.ts')).flipHealthCheck,
    },
    {
      id: 'aws.route53.remove-record',
      summary: 'Delete a DNS record set, and create it again exactly as it was when the fault ends.',
      load: async () => (await import('../faults/aws/route53/remove-record.ts')).removeRecord,
    },
    {
      id: 'aws.route53.replace-record',
      summary: 'Point a DNS record set somewhere else, and back when the fault ends.',
      load: async () => (await import('../faults/aws/route53/replace-record.ts')).replaceRecord,
    },
    {
      id: 'az.power-loss',
      summary: 'Cut the power of an availability zone, and give it back when the fault ends.',
      load: async () => (await import('../faults/az/power-loss.ts')).powerLoss,
    },
    {
      id: 'dns.resolver',
      summary: 'Let the resolver of the VPC fail, wholly or for a share of the queries.',
      load: async () => (await import('../faults/dns/resolver.ts')).dnsResolver,
    },
    {
      id: 'host.kill-process',
      summary: 'Kill a process with SIGKILL; its supervisor is expected to start another.',
      load: async () => (await import('../faults/host/kill-process.ts')).killProcess,
    },
    {
      id: 'host.pause-process',
      summary: 'Stop a process with SIGSTOP, and let it go on with SIGCONT when the fault ends.',
      load: async () => (await import('../faults/host/pause-process.ts')).pauseProcess,
    },
  ],
  probes: [
    {
      id: 'aws.asg-capacity',
      summary: 'Compare what an Auto Scaling group has with what it wants.',
      load: async () => (await import('../probes/aws/asg-capacity.ts')).asgCapacity,
    },
    {
      id: 'aws.cloudwatch-alarm',
      summary: 'Look at the state of a CloudWatch alarm.',
      load: async () => (await import('../probes/aws/cloudwatch-alarm.ts')).cloudwatchAlarm,
    },
    {
      id: 'aws.cloudwatch-metric',
      summary: 'Read the latest value of a CloudWatch metric.',
      load: async () => (await import('../probes/aws/cloudwatch-metric.ts')).cloudwatchMetric,
    },
    {
      id: 'aws.ec2.instance-count',
      summary: 'Count EC2 instances by tag, zone and state.',
      load: async () => (await import('../probes/aws/ec2/instance-count.ts')).instanceCount,
    },
    {
      id: 'aws.elbv2.healthy-targets',
      summary: 'Count the healthy targets of a load balancer or a target group.',
      load: async () => (await import('../probes/aws/elbv2/healthy-targets.ts')).healthyTargets,
    },
    {
      id: 'command',
      summary: 'Run a program; it succeeds when it exits with 0.',
      load: async () => (await import('../probes/command.ts')).command,
    },
    {
      id: 'dns',
      summary: 'Ask a DNS server for a name.',
      load: async () => (await import('../probes/dns.ts')).dns,
    },
    {
      id: 'http',
      summary: 'Send one HTTP request over a fresh connection.',
      load: async () => (await import('../probes/http.ts')).http,
    },
    {
      id: 'tcp',
      summary: 'Open one TCP connection, and see bytes if asked to.',
      load: async () => (await import('../probes/tcp.ts')).tcp,
    },
  ],
};
