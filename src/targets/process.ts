import { defineTarget } from '../kernel/define.ts';
import { ChaosError } from '../kernel/errors.ts';
import { facility } from '../kernel/facility.ts';
import type { ReadPort } from '../kernel/ports.ts';
import { processCall } from '../kernel/process.ts';
import { mapOf, text } from '../kernel/schema.ts';
import { findInstances, instanceResource } from './aws/instances.ts';

/** A process: of an instance of an embedded region, or of the caller's own machine, named by a pid file. */
export type Process =
  | {
      readonly of: 'instance';
      readonly instanceId: string;
      readonly name: string;
      readonly zoneId: string;
      readonly address: string;
      readonly port: number;
      readonly pid: number;
      readonly startTime: string;
    }
  | {
      readonly of: 'machine';
      readonly pidFile: string;
      readonly name: string;
      readonly pid: number;
      readonly startTime: string;
    };

export const processTarget = defineTarget({
  kind: 'process',
  summary: 'A process: of an instance (by tag, zone, id), or of this machine (by an exact pid file).',
  select: {
    tag: mapOf(text({ doc: 'Value of the tag.' }), { doc: 'Tags that the instance must carry.' }).optional(),
    zone: text({ doc: 'Id (use1-az1) or name (us-east-1a) of the zone.' }).optional(),
    id: text({ doc: 'Id of the instance, such as i-0abc.' }).optional(),
    pidFile: text({ doc: 'On an account of kind host: the file that holds the process id.' }).optional(),
  },

  async find({ pidFile, ...select }, host, signal): Promise<Process[]> {
    if (host.account.kind !== 'host') return pidFile === undefined ? processesOfInstances(select, host, signal) : [];
    if (pidFile === undefined) return [];
    const { process: found } = await host.read(processCall('DescribePidFile', { pidFile }), signal);
    if (!found) return [];
    const { pid, startTime, program, refusal } = found;
    if (refusal) throw new ChaosError({ ...refusal, what: `pid file "${pidFile}": ${refusal.what}` });
    return [{ of: 'machine', pidFile, name: program, pid, startTime }];
  },
  name: (target) => (target.of === 'instance' ? target.name : `${target.name} (pid ${target.pid})`),
  resource: (target) =>
    target.of === 'instance'
      ? [...instanceResource(target.instanceId, target.zoneId), 'process']
      : [`process ${target.pid} of this machine`],
  zone: (target) => (target.of === 'instance' ? target.zoneId : undefined),
});

async function processesOfInstances(
  select: Parameters<typeof findInstances>[0],
  host: ReadPort,
  signal: AbortSignal,
): Promise<Process[]> {
  const instances = await findInstances({ ...select, state: 'running' }, host, signal);
  if (instances.length === 0) return [];
  const { processes } = await host.read(facility('DescribeProcesses', {}), signal);
  return instances.flatMap(({ instanceId, name, zoneId }): Process[] => {
    const { pid, startTime, address, port } = processes.find((facts) => facts.instanceId === instanceId) ?? {};
    if (pid === undefined || startTime === undefined || address === undefined || port === undefined) return [];
    return [{ of: 'instance', instanceId, name, zoneId, address, port, pid, startTime }];
  });
}
